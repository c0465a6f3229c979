//! `#[retry]`: how often, after which errors, and with which arguments.

use super::{Failed, Flaky};
use lumina::prelude::*;
use lumina::testing::{capture, capture_sync};
use std::time::Duration;

#[traced]
#[retry(max = 3)]
#[allow(clippy::needless_question_mark, reason = "that `?` leaves the attempt is the point")]
async fn three(flaky: &Flaky) -> Result<u32, Failed> {
    Ok(flaky.call()?)
}

#[tokio::test(start_paused = true)]
async fn max_counts_the_first_call_and_the_question_mark_stays_in_the_attempt() {
    let flaky = Flaky::failing(2);
    let spans = capture(three(&flaky)).await;
    assert_eq!(*spans.output(), Ok(3));
    let operation = spans.root();
    operation.has_children(&["three.attempt", "three.attempt", "three.attempt"]);
    operation.has_attribute("retry.attempts", 3);

    let flaky = Flaky::failing(9);
    assert_eq!(three(&flaky).await, Err(Failed::Busy));
    assert_eq!(flaky.calls(), 3);
}

#[traced(retry(max = 5, when = |error| *error == Failed::Busy, span = "try"))]
async fn only_busy(outcomes: &mut Vec<Failed>) -> Result<(), Failed> {
    match outcomes.pop() {
        Some(failed) => Err(failed),
        None => Ok(()),
    }
}

#[tokio::test(start_paused = true)]
async fn when_says_which_errors_are_tried_again() {
    let mut outcomes = vec![Failed::Busy, Failed::Wrong, Failed::Busy];
    let spans = capture(only_busy(&mut outcomes)).await;
    assert_eq!(*spans.output(), Err(Failed::Wrong));
    spans.root().has_children(&["try", "try"]);
    assert_eq!(outcomes, [Failed::Busy]);
}

#[traced]
#[retry(max = 4, until = |state| state == "done", backoff = fixed, base = "1s", jitter = none)]
async fn polled(states: &mut Vec<&'static str>) -> Result<String, Failed> {
    Ok(states.pop().unwrap_or("done").to_owned())
}

#[tokio::test(start_paused = true)]
async fn until_repeats_what_is_not_ready_and_gives_the_last_value() {
    let begun = tokio::time::Instant::now();
    assert_eq!(polled(&mut vec!["running", "queued"]).await.as_deref(), Ok("done"));
    assert_eq!(begun.elapsed().as_secs(), 2);
    assert_eq!(polled(&mut vec!["running"; 9]).await.as_deref(), Ok("running"));
}

#[traced]
#[retry(max = 3, backoff = growing)]
async fn own_schedule(flaky: &Flaky) -> Result<u32, Failed> {
    flaky.call()
}

fn growing(attempt: u32) -> Duration {
    Duration::from_secs(u64::from(attempt) * 10)
}

#[tokio::test(start_paused = true)]
async fn a_schedule_of_the_users_gives_the_delays() {
    let begun = tokio::time::Instant::now();
    assert_eq!(own_schedule(&Flaky::failing(2)).await, Ok(3));
    assert_eq!(begun.elapsed().as_secs(), 20 + 20);
}

#[traced]
#[retry(base = "1ms")]
async fn grown(
    mut words: Vec<&str>,
    (mut n, _): (u32, u8),
    flaky: &Flaky,
) -> Result<usize, Failed> {
    words.push("more");
    n += 1;
    flaky.call()?;
    Ok(words.len() + n as usize)
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_fresh_arguments() {
    assert_eq!(grown(vec!["one"], (4, 0), &Flaky::failing(2)).await, Ok(2 + 5));
}

#[traced]
#[retry(max = 3, base = "1ms")]
fn blocking(flaky: &Flaky, text: String) -> Result<String, Failed> {
    if flaky.call()? < 2 {
        return Ok(String::new());
    }
    Ok(text + "!")
}

#[test]
fn a_synchronous_function_is_repeated_on_its_thread() {
    let flaky = Flaky::failing(2);
    let spans = capture_sync(|| blocking(&flaky, "hi".to_owned()));
    assert_eq!(spans.output().as_deref(), Ok("hi!"));
    spans.root().has_children(&["blocking.attempt", "blocking.attempt", "blocking.attempt"]);
}

#[tokio::test]
async fn a_blocked_runtime_does_not_keep_a_synchronous_function_waiting() {
    assert_eq!(blocking(&Flaky::failing(2), "hi".to_owned()).as_deref(), Ok("hi!"));
}

#[traced(err)]
#[retry(max = 2, base = "1ms", until = |n| *n > 1)]
fn polled_blocking(flaky: &Flaky) -> Result<u32, Failed> {
    flaky.call()
}

#[test]
fn until_works_on_a_thread_too() {
    assert_eq!(polled_blocking(&Flaky::failing(0)), Ok(2));
}
