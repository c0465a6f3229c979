//! The order of attributes, their long form, and imports.

use super::{Failed, Flaky};
use lumina::prelude::*;

#[retry(max = 2, base = "1ms")]
async fn alone(flaky: &Flaky) -> Result<u32, Failed> {
    flaky.call()
}

#[fallback(first)]
#[fallback(second)]
#[traced("named")]
#[fallback(third)]
#[retry(max = 1)]
async fn outside(to: u32) -> Result<u32, Failed> {
    Err(if to == 0 { Failed::Busy } else { Failed::Wrong })
}

async fn first(to: u32) -> Result<u32, Failed> {
    if to == 1 { Ok(1) } else { Err(Failed::Busy) }
}

async fn second(to: u32) -> Result<u32, Failed> {
    if to == 2 { Ok(2) } else { Err(Failed::Busy) }
}

fn third(to: u32) -> u32 {
    to
}

#[lumina::timeout("1s")]
#[lumina::traced(retry(max = 2, base = "1ms"), fallback(value = 0))]
async fn mixed(flaky: &Flaky) -> Result<u32, Failed> {
    flaky.call()
}

#[tokio::test(start_paused = true)]
async fn a_policy_alone_traces_its_function() {
    let flaky = Flaky::failing(1);
    let spans = lumina::testing::capture(alone(&flaky)).await;
    assert_eq!(*spans.output(), Ok(2));
    spans.span("alone").is_root().has_children(&["alone.attempt", "alone.attempt"]);
}

#[tokio::test(start_paused = true)]
async fn fallbacks_keep_their_order_wherever_traced_stands() {
    for to in [1, 2, 3] {
        let spans = lumina::testing::capture(outside(to)).await;
        assert_eq!(*spans.output(), Ok(to));
        let steps = spans.root().children_named("named.fallback");
        assert_eq!(steps.len(), to as usize);
    }
}

#[tokio::test(start_paused = true)]
async fn siblings_and_long_forms_join() {
    assert_eq!(mixed(&Flaky::failing(1)).await, Ok(2));
    assert_eq!(mixed(&Flaky::failing(2)).await, Ok(0));
}
