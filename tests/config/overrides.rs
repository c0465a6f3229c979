//! Values of policies, in the place of those of the attributes.

use super::{Failed, Folder, alone, clean, install};
use lumina::prelude::*;
use lumina::testing::capture;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

static CALLS: AtomicU32 = AtomicU32::new(0);

#[traced("over.fails")]
#[retry(max = 3, base = "1ms", jitter = none)]
#[timeout(attempt = "10s", total = "200s")]
async fn fails() -> Result<u32, Failed> {
    CALLS.fetch_add(1, Ordering::Relaxed);
    Err(Failed::Busy)
}

/// How many calls of the body one call of the function makes.
async fn attempts() -> u32 {
    let before = CALLS.load(Ordering::Relaxed);
    assert_eq!(fails().await, Err(Failed::Busy));
    CALLS.load(Ordering::Relaxed) - before
}

#[tokio::test]
#[allow(clippy::await_holding_lock, reason = "settings are the process's")]
async fn a_value_holds_while_the_file_says_so_and_the_attribute_afterwards() {
    let _alone = alone();
    let folder = Folder::with("[policy.\"over.fails\"]\nretry.max = 5\n");
    let guard = install(&folder.file());
    assert_eq!(attempts().await, 5);
    folder.write("[policy.\"over.*\"]\nretry.enabled = false\n");
    assert_eq!(lumina::reload_config(), Ok(true));
    assert_eq!(attempts().await, 1);
    folder.write("");
    assert_eq!(lumina::reload_config(), Ok(true));
    assert_eq!(attempts().await, 3);
    folder.write("[policy.\"over.fails\"]\nretry.max = 4\n");
    assert_eq!(lumina::reload_config(), Ok(true));
    guard.shutdown(Duration::from_secs(5));
    assert_eq!(attempts().await, 4, "the end of the pipeline changes no policy");
    clean();
    assert_eq!(attempts().await, 3, "a set-up without a file does");
}

#[traced("over.hangs")]
#[timeout(attempt = "100s")]
#[fallback(second, name = "second")]
#[fallback(value = 3, name = "third")]
async fn hangs() -> Result<u32, Failed> {
    std::future::pending().await
}

async fn second() -> Result<u32, Failed> {
    Ok(2)
}

#[tokio::test(start_paused = true)]
#[allow(clippy::await_holding_lock, reason = "settings are the process's")]
async fn timeouts_are_shortened_and_fallbacks_left_out() {
    let _alone = alone();
    let folder = Folder::with(
        "[policy.\"over.hangs\"]\ntimeout = \"50ms\"\nfallback.second.enabled = false\n",
    );
    let _guard = install(&folder.file());
    let spans = capture(hangs()).await;
    assert_eq!(spans.output(), &Ok(3));
    spans.span("over.hangs.attempt").has_attribute("timeout.ms", 50);
    spans.span("over.hangs").has_attribute("fallback.used", "third");
}

#[traced("over.broken")]
#[breaker(min_calls = 2, open = "1h")]
async fn broken() -> Result<u32, Failed> {
    Err(Failed::Busy)
}

#[tokio::test]
#[allow(clippy::await_holding_lock, reason = "settings are the process's")]
async fn a_breaker_keeps_its_state_when_its_numbers_change_and_is_passed_by_when_it_is_off() {
    let _alone = alone();
    let folder = Folder::with("[policy.\"over.broken\"]\nbreaker.min_calls = 3\n");
    let _guard = install(&folder.file());
    for _ in 0..3 {
        assert_eq!(broken().await, Err(Failed::Busy));
    }
    let open = |result| matches!(result, Err(Failed::Policy(_)));
    assert!(open(broken().await), "open after three");
    folder.write("[policy.\"over.broken\"]\nbreaker.min_calls = 100\n");
    lumina::reload_config().unwrap();
    assert!(open(broken().await), "still open");
    folder.write("[policy.\"over.broken\"]\nbreaker.enabled = false\n");
    lumina::reload_config().unwrap();
    assert_eq!(broken().await, Err(Failed::Busy));
    folder.write("");
    lumina::reload_config().unwrap();
    assert!(open(broken().await), "open as it was left");
}

#[traced("over.panics")]
#[retry(max = 2, base = "1ms")]
async fn panics(wants: bool) -> Result<u32, Failed> {
    assert!(!wants, "as asked for");
    Ok(1)
}

#[tokio::test]
#[allow(clippy::await_holding_lock, reason = "settings are the process's")]
async fn a_panic_leaves_the_settings_as_they_were() {
    let _alone = alone();
    let folder = Folder::with("[policy.\"over.panics\"]\nretry.max = 9\n");
    let _guard = install(&folder.file());
    assert!(tokio::spawn(panics(true)).await.unwrap_err().is_panic());
    let spans = capture(panics(false)).await;
    spans.span("over.panics.attempt").has_attribute("retry.max", 9);
    folder.write("[policy.\"over.panics\"]\nretry.max = 8\n");
    assert_eq!(lumina::reload_config(), Ok(true));
    let spans = capture(panics(false)).await;
    spans.span("over.panics.attempt").has_attribute("retry.max", 8);
}

#[test]
fn settings_hold_where_spans_are_switched_off() {
    let _alone = alone();
    let folder = Folder::with("[policy.\"over.fails\"]\nretry.max = 7\n");
    let path = folder.file().to_string_lossy().into_owned();
    let guard = lumina::builder()
        .variables([("LUMINA_ENABLED", "0"), ("LUMINA_CONFIG", &path)])
        .install()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    assert_eq!(runtime.block_on(attempts()), 7);
    assert_eq!(guard.health().state, lumina::State::Disabled);
    assert_eq!(guard.health().config.unwrap().path, folder.file());
    drop(guard);
    clean();
}

#[test]
fn a_limit_takes_new_numbers_and_the_inventory_shows_what_holds() {
    let _alone = alone();
    #[traced("over.limited")]
    #[limit(concurrency = 4, queue = 0)]
    #[retry(max = 2, base = "1ms")]
    async fn limited() -> Result<u32, Failed> {
        tokio::task::yield_now().await;
        Ok(1)
    }
    let described = || {
        let all = lumina::inventory();
        all.iter().find(|entry| entry.name == "over.limited").unwrap().to_string()
    };
    assert!(described().contains("concurrency = 4"), "{}", described());
    let folder = Folder::with("[policy.\"over.limited\"]\nlimit.concurrency = 1\nretry.max = 6\n");
    let guard = install(&folder.file());
    assert!(described().contains("concurrency = 1, queue = 0"), "{}", described());
    assert!(described().contains("retry(max = 6"), "{}", described());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (a, b) = runtime.block_on(async { tokio::join!(limited(), limited()) });
    assert!(a.is_ok() && matches!(b, Err(Failed::Policy(_))), "{a:?} {b:?}");
    drop(guard);
    clean();
    assert!(described().contains("concurrency = 4"), "{}", described());
}

#[test]
fn a_cache_is_switched_off_and_gets_another_time() {
    let _alone = alone();
    static CALLS: AtomicU32 = AtomicU32::new(0);
    #[traced("over.cached")]
    #[cache(key = value, ttl = "1h", capacity = 100)]
    fn cached(value: u32) -> u32 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        value
    }
    let calls = |value| {
        let before = CALLS.load(Ordering::Relaxed);
        (0..3).for_each(|_| assert_eq!(cached(value), value));
        CALLS.load(Ordering::Relaxed) - before
    };
    assert_eq!(calls(7), 1);
    let folder = Folder::with("[policy.\"over.cached\"]\ncache.enabled = false\n");
    let guard = install(&folder.file());
    assert_eq!(calls(7), 3);
    folder.write("[policy.\"over.cached\"]\ncache.ttl = \"0.001us\"\n");
    assert_eq!(lumina::reload_config(), Ok(true));
    assert_eq!(calls(7), 0, "what is kept keeps its time");
    assert_eq!(calls(8), 3, "what comes now is old at once");
    folder.write("");
    lumina::reload_config().unwrap();
    assert_eq!(calls(9), 1);
    drop(guard);
    clean();
}

#[test]
fn threads_that_have_copies_of_their_own_get_new_settings_too() {
    let _alone = alone();
    let folder = Folder::with("[policy.\"over.fails\"]\nretry.max = 2\n");
    let _guard = install(&folder.file());
    let (ask, asked) = std::sync::mpsc::channel::<()>();
    let (answer, answered) = std::sync::mpsc::channel();
    let other = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        while asked.recv().is_ok() {
            answer.send(runtime.block_on(attempts())).unwrap();
        }
    });
    for max in [2, 4, 3, 1] {
        folder.write(&format!("[policy.\"over.fails\"]\nretry.max = {max}\n"));
        lumina::reload_config().unwrap();
        ask.send(()).unwrap();
        assert_eq!(answered.recv(), Ok(max));
    }
    drop(ask);
    other.join().unwrap();
}
