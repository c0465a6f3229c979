use super::super::document::parse;
use super::*;
use crate::__private::{BreakerConfig, FALLBACK_KEYS, FallbackPlan, Level, Operation, RateConfig};
use crate::__private::{Site, SpanKind, calls, millis};
use crate::call::Plan;
use crate::policy::backoff::{Backoff, Jitter};
use crate::policy::retry::Retry;
use std::time::Duration;

macro_rules! plan {
    ($name:literal $(. $method:ident ($($argument:expr),*))*) => {{
        static SITE: Site = Site::new(
            &SITE, $name, "t", Level::INFO, "t.rs", 1, "t", FALLBACK_KEYS, SpanKind::Internal,
            Operation::Unspecified,
        );
        static PLAN: Plan = Plan::new(&SITE, &SITE, &SITE)$(.$method($($argument),*))*;
        Function { plan: &PLAN, declared: PLAN.declared() }
    }};
}

const RETRY: Retry = Retry {
    max: calls(3),
    backoff: Backoff::exponential(millis(500)).with_jitter(Jitter::None),
    retry_after: true,
};

fn answer() -> Function {
    plan!("answer".retry(RETRY).attempt_timeout(millis(1_000)).total_timeout(millis(60_000)))
}

fn resolved(text: &str, functions: &[Function]) -> Resolved {
    let traced: Vec<&str> =
        functions.iter().map(|function| function.declared.name).chain(["plain"]).collect();
    resolve(&parse(text).unwrap(), functions, &traced).unwrap_or_else(|all| panic!("{all:?}"))
}

fn mistakes(text: &str, functions: &[Function]) -> Vec<String> {
    let refused = resolve(&parse(text).unwrap(), functions, &[]);
    refused.err().unwrap().iter().map(ToString::to_string).collect()
}

fn settings<'a>(resolved: &'a Resolved, name: &str) -> &'a Settings {
    &resolved.targets.iter().find(|target| target.name == name).unwrap().settings
}

#[test]
fn the_closest_section_wins_value_by_value_wherever_it_stands() {
    let resolved = resolved(
        "[policy.answer]\nretry.max = 5\n\
         [policy.\"*\"]\nretry.max = 2\nretry.base = \"1s\"\nretry.jitter = \"full\"\n\
         [policy.\"ans*\"]\nretry.base = \"2s\"\nretry.max = 4\n",
        &[answer()],
    );
    let retry = settings(&resolved, "answer").retry;
    assert_eq!(retry.max.get(), 5);
    assert_eq!(retry.backoff.bound(2), Duration::from_secs(2));
    assert_eq!(retry.backoff.jitter(), Jitter::Full);
}

#[test]
fn of_two_globs_that_are_equally_close_the_later_one_wins() {
    let text = "[policy.\"a*r\"]\nretry.max = 4\n[policy.\"*er\"]\nretry.max = 2\n";
    assert_eq!(settings(&resolved(text, &[answer()]), "answer").retry.max.get(), 2);
}

#[test]
fn what_is_not_said_stays_as_the_attributes_have_it() {
    let resolved = resolved("[policy.answer]\nretry.max = 5\n", &[answer()]);
    let own = settings(&resolved, "answer");
    assert_eq!(own.retry.backoff.bound(3), Duration::from_secs(1));
    assert_eq!(own.attempt_timeout, Some(millis(1_000)));
    assert_eq!(own.total_timeout, Some(millis(60_000)));
    assert!(resolved.targets[0].numbers.is_none() && resolved.warnings.is_empty());
}

#[test]
fn a_function_that_nothing_matches_is_left_alone() {
    assert!(resolved("[policy.\"x*\"]\nretry.max = 5\n", &[answer()]).targets.is_empty());
}

#[test]
fn policies_are_switched_off_and_a_closer_section_switches_them_on_again() {
    let guarded = || {
        plan!(
            "answer"
                .retry(RETRY)
                .attempt_timeout(millis(9))
                .breaker("b", BreakerConfig::DEFAULT)
                .concurrency(4, 2)
        )
    };
    let off = "[policy.\"*\"]\nretry.enabled = false\ntimeout.enabled = false\n\
               breaker.enabled = \"off\"\nlimit.enabled = false\n";
    let resolved_off = resolved(off, &[guarded()]);
    let own = settings(&resolved_off, "answer");
    assert_eq!((own.retry.max.get(), own.attempt_timeout), (1, None));
    assert!(!own.breaker && !own.concurrency && !own.rate);
    let on = format!("{off}[policy.answer]\nretry.enabled = true\nbreaker.enabled = true\n");
    let resolved_on = resolved(&on, &[guarded()]);
    let own = settings(&resolved_on, "answer");
    assert_eq!((own.retry.max.get(), own.breaker, own.concurrency), (3, true, false));
}

#[test]
fn numbers_of_breakers_and_limits_are_those_declared_with_the_files_in_them() {
    const RATE: RateConfig =
        RateConfig { requests_per_minute: std::num::NonZeroU32::new(600), ..RateConfig::DEFAULT };
    let guarded =
        plan!("guarded".breaker("b", BreakerConfig::DEFAULT).concurrency(4, 2).rate(RATE));
    let resolved = resolved(
        "[policy.guarded]\nbreaker.open = \"10s\"\nlimit.concurrency = 16\n\
         limit.requests_per_minute = 60\nlimit.tokens_per_minute = 5\nlimit.max_wait = \"1s\"\n",
        &[guarded],
    );
    let numbers = resolved.targets[0].numbers.unwrap();
    let open = Duration::from_secs(10);
    assert_eq!(numbers.breaker, Some(BreakerConfig { open, ..BreakerConfig::DEFAULT }));
    assert_eq!(numbers.concurrency, Some((16, 2)));
    let rate = numbers.rate.unwrap();
    assert_eq!(rate.requests_per_minute.unwrap().get(), 60);
    assert_eq!((rate.tokens_per_minute, rate.max_wait), (None, millis(1_000)));
    assert_eq!(resolved.targets[0].settings.max_wait, Some(millis(1_000)));
    assert_eq!(resolved.warnings.len(), 1, "{:?}", resolved.warnings);
    assert!(resolved.warnings[0].contains("limit.tokens_per_minute"), "{:?}", resolved.warnings);
}

#[test]
fn functions_that_share_a_circuit_share_its_numbers() {
    const CONFIG: BreakerConfig = BreakerConfig::DEFAULT;
    let functions =
        [plan!("one".breaker_named("p", CONFIG)), plan!("two".breaker_named("p", CONFIG))];
    let text = "[policy.one]\nbreaker.open = \"10s\"\n[policy.\"t*\"]\nbreaker.open = \"20s\"\n\
                breaker.min_calls = 5\n";
    let resolved = resolved(text, &functions);
    assert_eq!(resolved.targets.len(), 2);
    for target in &resolved.targets {
        let breaker = target.numbers.unwrap().breaker.unwrap();
        assert_eq!((breaker.open, breaker.min_calls), (Duration::from_secs(10), 5));
    }
}

#[test]
fn contradictions_are_judged_on_the_values_that_hold_and_named_with_the_function() {
    for (text, expected) in [
        (
            "timeout.total = \"500ms\"",
            "2:17: policy.\"answer\".timeout.total = \"500ms\": for `answer` the total of 500ms is \
             shorter than one attempt of 1s; raise it, or shorten the attempt",
        ),
        (
            "timeout.attempt = \"2m\"",
            "2:19: policy.\"answer\".timeout.attempt = \"2m\": for `answer` the total of 60s is \
             shorter than one attempt of 120s; raise it, or shorten the attempt",
        ),
        (
            "timeout.attempt = \"100ms\"\ntimeout.total = \"300ms\"",
            "3:17: policy.\"answer\".timeout.total = \"300ms\": for `answer` the total of 300ms is \
             over before the first backoff of 500ms; raise it, or shorten `base`",
        ),
        (
            "retry.max = 60",
            "2:13: policy.\"answer\".retry.max = 60: for `answer` 60 attempts of 1s and backoffs \
             of up to 1091.5s take 1151.5s, which is past the total of 60s; raise it, or allow \
             fewer or shorter attempts",
        ),
        (
            "retry.max_delay = \"100ms\"",
            "2:19: policy.\"answer\".retry.max_delay = \"100ms\": for `answer` the first delay of \
             500ms is longer than `max_delay` of 100ms",
        ),
        (
            "retry.backoff = \"fixed\"\nretry.factor = 3",
            "3:16: policy.\"answer\".retry.factor = 3: `answer`: `factor` belongs to `backoff = \
             \"exponential\"`; this function's is fixed",
        ),
    ] {
        assert_eq!(mistakes(&format!("[policy.answer]\n{text}"), &[answer()]), [expected]);
    }
    let fits = "[policy.answer]\nretry.max = 60\ntimeout.total = \"2000s\"";
    assert!(!resolved(fits, &[answer()]).targets.is_empty());
}

#[test]
fn a_contradiction_through_a_glob_is_refused_too_and_said_once_for_each_function() {
    let other = plan!("other".attempt_timeout(millis(1_000)).total_timeout(millis(60_000)));
    let said = mistakes("[policy.\"*\"]\ntimeout.total = \"500ms\"", &[answer(), other]);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("`answer`") && said[1].contains("`other`"), "{said:?}");
}

#[test]
fn a_value_that_does_not_fit_is_a_mistake_by_name_and_skipped_by_a_glob() {
    const OWN: Retry = Retry { backoff: Backoff::custom(|_| Duration::ZERO), ..RETRY };
    let own = || plan!("own".retry(OWN));
    let said = mistakes("[policy.own]\nretry.base = \"1s\"", &[own()]);
    assert!(said[0].contains("`base` is for lumina's schedules"), "{said:?}");
    let resolved = resolved("[policy.\"*\"]\nretry.base = \"1s\"", &[own()]);
    assert_eq!(settings(&resolved, "own").retry.backoff.bound(2), Duration::ZERO);
}

#[test]
fn a_budget_is_off_or_one_that_attributes_name() {
    let functions = || [answer(), plan!("other".retry(RETRY).budget_named("resolve-test"))];
    let named = resolved("[policy.answer]\nretry.budget = \"resolve-test\"", &functions());
    let shared = functions()[1].declared.budget.unwrap();
    assert!(std::ptr::eq(settings(&named, "answer").budget.unwrap(), shared));
    let off = resolved("[policy.answer]\nretry.budget = \"off\"", &functions());
    assert!(settings(&off, "answer").budget.is_none());
    let said = mistakes("[policy.answer]\nretry.budget = \"resolve-tset\"", &functions());
    assert!(said[0].contains("did you mean `resolve-test`?"), "{said:?}");
}

#[test]
fn a_section_that_names_nobody_or_nothing_declared_says_so_and_a_glob_does_not() {
    const CANNED: FallbackPlan = FallbackPlan { name: "canned", level: None, timeout: None };
    let search = plan!("search".retry(RETRY).fallbacks(&[CANNED]));
    let text = "[policy.anser]\nretry.max = 2\n[policy.plain]\nretry.max = 2\n\
                [policy.search]\nbreaker.open = \"1s\"\ntimeout = \"1s\"\n\
                fallback.caned.enabled = false\nfallback.canned.timeout = \"1s\"\n\
                [policy.\"*\"]\nlimit.queue = 3\nfallback.x.enabled = false\n";
    let warnings = resolved(text, &[answer(), search]).warnings;
    let expected = [
        "1:9: policy.\"anser\": there is no traced function of that name; did you mean `answer`?",
        "3:9: policy.\"plain\": the function is traced, but its attributes declare no policy",
        "6:16: policy.\"search\".breaker.open = \"1s\": has no effect: the attributes of `search`",
        "7:11: policy.\"search\".timeout.attempt = \"1s\": has no effect",
        "8:10: policy.\"search\".fallback.\"caned\": has no effect: unknown fallback `caned`; did \
         you mean `canned`?",
        "9:27: policy.\"search\".fallback.\"canned\".timeout = \"1s\": has no effect",
    ];
    assert_eq!(warnings.len(), expected.len(), "{warnings:#?}");
    for expected in expected {
        assert!(warnings.iter().any(|it| it.starts_with(expected)), "{expected} {warnings:#?}");
    }
}

#[test]
fn the_closest_fault_is_taken_whole_and_says_where_it_cannot_happen() {
    let untimed = plan!("untimed".retry(RETRY));
    let text = "[[fault]]\nspan = \"*\"\ntimeout_rate = 0.5\n\
                [[fault]]\nspan = \"answer\"\nerror_rate = 0.25\nseed = 7\n";
    let resolved = resolved(text, &[answer(), untimed]);
    let [target] = &resolved.targets[..] else { panic!("only `answer` has a fault") };
    let faults = target.faults.unwrap();
    assert_eq!((faults.error_rate, faults.timeout_rate, faults.seed), (0.25, 0.0, 7));
    assert_eq!(resolved.warnings.len(), 1, "{:?}", resolved.warnings);
    assert!(resolved.warnings[0].ends_with("for they have no timeout: untimed"));
}
