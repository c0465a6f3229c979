//! Faults on purpose, in functions as a program has them.

use super::{Failed, Folder, alone, install};
use lumina::Interrupted;
use lumina::prelude::*;
use lumina::testing::{capture, capture_sync};
use std::time::{Duration, Instant};

fn fault(span: &str, rates: &str) -> Folder {
    Folder::with(&format!("[[fault]]\nspan = \"{span}\"\n{rates}\n"))
}

// Without a budget: what one test spent would change how often another tries.
#[traced("fault.answers")]
#[retry(max = 2, base = "1us", jitter = none, budget = off)]
#[fallback(canned)]
fn answers() -> Result<u32, Failed> {
    Ok(1)
}

fn canned() -> Result<u32, Failed> {
    Ok(2)
}

/// Which calls had to fall back.
fn outcomes() -> Vec<u32> {
    (0..64).map(|_| answers().unwrap()).collect()
}

#[test]
fn the_same_seed_gives_the_same_outage() {
    let _alone = alone();
    let run = |seed: u32| {
        let folder = fault("fault.*", &format!("error_rate = 0.6\nseed = {seed}"));
        let guard = install(&folder.file());
        let outcomes = outcomes();
        drop(guard);
        super::clean();
        outcomes
    };
    let first = run(42);
    assert!(first.contains(&1) && first.contains(&2), "{first:?}");
    assert_eq!(first, run(42));
    assert_ne!(first, run(43));
    assert_eq!(outcomes(), [1; 64], "without the file nothing goes wrong");
}

#[test]
fn an_outage_goes_on_where_it_is_when_something_else_in_the_file_changes() {
    let _alone = alone();
    let rates = "error_rate = 0.6\nseed = 42";
    let whole = {
        let folder = fault("fault.*", rates);
        let _guard = install(&folder.file());
        (outcomes(), outcomes())
    };
    super::clean();
    let folder = fault("fault.*", rates);
    let _guard = install(&folder.file());
    let first = outcomes();
    folder.write(&format!("[[fault]]\nspan = \"fault.*\"\n{rates}\n[policy.x]\nretry.max = 1\n"));
    assert_eq!(lumina::reload_config(), Ok(true));
    assert_eq!((first, outcomes()), whole);
}

#[test]
fn a_synchronous_function_fails_on_purpose_and_its_spans_say_so() {
    let _alone = alone();
    let folder = fault("fault.answers", "error_rate = 1.0");
    let guard = install(&folder.file());
    let spans = capture_sync(answers);
    assert_eq!(spans.output(), &Ok(2));
    let attempts: Vec<_> =
        spans.spans().iter().filter(|span| span.name == "fault.answers.attempt").collect();
    assert_eq!(attempts.len(), 2);
    assert!(attempts.iter().all(|it| it.attribute("fault.injected") == Some(&true.into())));
    spans.span("fault.answers").has_attribute("fault.injected", true);
    spans.span("fault.answers").has_attribute("fault.kind", "error");
    spans.span("fault.answers").has_attribute("fallback.used", "canned");
    assert!(guard.health().config.unwrap().injected_faults >= 2);
}

#[test]
fn a_synchronous_function_is_delayed() {
    let _alone = alone();
    let folder = fault("fault.answers", "delay = \"30ms\"");
    let _guard = install(&folder.file());
    let begun = Instant::now();
    assert_eq!(answers(), Ok(1));
    assert!(begun.elapsed() >= Duration::from_millis(30));
}

#[traced("fault.times-out")]
#[timeout("2s")]
#[retry(max = 3, base = "1s", jitter = none)]
async fn times_out() -> Result<u32, Failed> {
    Ok(1)
}

#[tokio::test(start_paused = true)]
#[allow(clippy::await_holding_lock, reason = "settings are the process's")]
async fn a_timeout_on_purpose_takes_as_long_as_a_real_one() {
    let _alone = alone();
    let folder = fault("fault.times-out", "timeout_rate = 1.0");
    let _guard = install(&folder.file());
    let begun = tokio::time::Instant::now();
    let spans = capture(times_out()).await;
    let late = Interrupted::Timeout { attempt: 3, limit: Duration::from_secs(2) };
    assert_eq!(spans.output(), &Err(Failed::Policy(late)));
    assert_eq!(begun.elapsed(), Duration::from_secs(2 + 1 + 2 + 2 + 2));
    spans.span("fault.times-out").has_attribute("fault.kind", "timeout");
    spans.span("fault.times-out").has_attribute("timeout.fired", "attempt");
}

mod errors {
    use super::*;

    #[traced("fault.any-error")]
    #[retry(max = 2, base = "1us")]
    async fn any_error() -> anyhow::Result<u32> {
        Ok(1)
    }

    #[traced("fault.own-error")]
    #[timeout("1s", err = |interrupted| interrupted.to_string())]
    async fn own_error() -> Result<u32, String> {
        Ok(1)
    }

    #[traced("fault.no-error")]
    #[retry(max = 2, base = "1us")]
    fn no_error<T: From<u8>>() -> Result<T, std::num::ParseIntError> {
        Ok(1.into())
    }

    struct Client;

    impl Client {
        #[traced("fault.method")]
        #[retry(max = 2, base = "1us")]
        async fn method<'a>(&'a self, text: &'a str) -> Result<&'a str, Failed> {
            Ok(text)
        }
    }

    #[tokio::test]
    #[allow(clippy::await_holding_lock, reason = "settings are the process's")]
    async fn an_injected_error_is_the_functions_own_where_there_is_one() {
        let _alone = alone();
        let folder = fault("fault.*", "error_rate = 1.0");
        let guard = install(&folder.file());
        let error = any_error().await.unwrap_err();
        let injected = Interrupted::Injected { attempt: 2 };
        assert_eq!(error.downcast_ref(), Some(&injected));
        assert_eq!(own_error().await, Err("fault injected into attempt 1".to_owned()));
        assert_eq!(Client.method("x").await, Err(Failed::Policy(injected)));
        assert_eq!(no_error::<u32>(), Ok(1), "there is no error to fail with");
        let warnings = guard.health().config.unwrap().warnings;
        assert!(warnings.iter().any(|it| it.starts_with("`fault.no-error` cannot fail")));
    }
}
