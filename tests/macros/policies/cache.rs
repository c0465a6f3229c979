//! `#[cache]`: what is kept, for whom, and who waits for whom.

use super::{Failed, Flaky};
use lumina::Interrupted;
use lumina::model::Outcome;
use lumina::prelude::*;
use lumina::testing::{capture, capture_sync};
use std::fmt::Display;
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

fn assert_send<F: Future + Send>(future: F) -> F {
    future
}

/// How often it was called.
#[derive(Default)]
struct Calls(AtomicU32);

impl Calls {
    fn next(&self) -> u32 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

#[traced]
#[cache(key = prompt, ttl = "10s")]
async fn answer(prompt: &str, calls: &Calls) -> String {
    tokio::task::yield_now().await;
    format!("{prompt} {}", calls.next())
}

#[tokio::test(start_paused = true)]
async fn a_kept_value_is_given_again_until_its_time_is_over() {
    let calls = Calls::default();
    let spans = capture(assert_send(answer("time", &calls))).await;
    assert_eq!(spans.output(), "time 1");
    spans.root().has_attribute("cache.hit", false).has_children(&[]);
    tokio::time::advance(Duration::from_secs(9)).await;
    let spans = capture(answer("time", &calls)).await;
    assert_eq!(spans.output(), "time 1");
    spans.root().has_attribute("cache.hit", true).has_children(&[]);
    assert_eq!(answer("other", &calls).await, "other 2");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(answer("time", &calls).await, "time 3");
}

#[traced]
#[cache]
fn product(a: u32, b: &[u32], _: u8) -> Vec<u32> {
    PRODUCTS.next();
    b.iter().map(|b| a * b).collect()
}

static PRODUCTS: Calls = Calls(AtomicU32::new(0));

#[test]
fn without_a_key_all_arguments_are_the_key() {
    for (a, b, calls) in [(2, [3, 4], 1), (2, [3, 4], 1), (2, [3, 5], 2), (3, [3, 5], 3)] {
        assert_eq!(product(a, &b, 0), [a * b[0], a * b[1]]);
        assert_eq!(PRODUCTS.count(), calls);
    }
    let spans = capture_sync(|| product(2, &[3, 4], 1));
    spans.root().has_attribute("cache.hit", true);
}

#[traced]
#[cache(key = name)]
#[retry(max = 2, base = "1ms")]
async fn layered(name: &'static str, flaky: &Flaky) -> Result<u32, Failed> {
    flaky.call()
}

#[tokio::test(start_paused = true)]
async fn an_error_is_not_kept_and_a_hit_makes_no_attempt() {
    assert_eq!(layered("error", &Flaky::failing(2)).await, Err(Failed::Busy));
    let flaky = Flaky::failing(1);
    let spans = capture(assert_send(layered("error", &flaky))).await;
    assert_eq!(*spans.output(), Ok(2));
    spans.root().has_attribute("cache.hit", false).has_attribute("retry.attempts", 2);
    let spans = capture(layered("error", &flaky)).await;
    assert_eq!(*spans.output(), Ok(2));
    spans.root().has_attribute("cache.hit", true).has_children(&[]);
    spans.root().lacks_attribute("retry.attempts").outcome(Outcome::Ok);
    assert_eq!(flaky.calls(), 2);
}

#[traced]
#[cache(key = name, single_flight)]
#[fallback(value = 0)]
async fn canned(name: &'static str, flaky: &Flaky) -> Result<u32, Failed> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    flaky.call()
}

#[tokio::test(start_paused = true)]
async fn a_fallbacks_value_is_shared_but_not_kept() {
    let flaky = Flaky::failing(1);
    let (first, second) = tokio::join!(canned("a", &flaky), canned("a", &flaky));
    assert_eq!((first, second, flaky.calls()), (Ok(0), Ok(0), 1));
    assert_eq!(canned("a", &flaky).await, Ok(2));
    assert_eq!(canned("a", &flaky).await, Ok(2));
}

#[traced]
#[cache(key = ())]
#[retry(max = 2, until = |n| *n > 2, backoff = fixed, base = "1ms")]
async fn polled(flaky: &Flaky) -> Result<u32, Failed> {
    flaky.call()
}

#[tokio::test(start_paused = true)]
async fn a_value_that_is_not_the_one_awaited_is_not_kept() {
    let flaky = Flaky::failing(0);
    assert_eq!(polled(&flaky).await, Ok(2));
    assert_eq!(polled(&flaky).await, Ok(3));
    assert_eq!(polled(&flaky).await, Ok(3));
}

#[traced]
#[cache(key = name, single_flight, capacity = 8)]
async fn slow(name: &'static str, calls: &Calls) -> Result<u32, Failed> {
    tokio::time::sleep(Duration::from_secs(1)).await;
    match calls.next() {
        1 if name == "fails" => Err(Failed::Busy),
        1 if name == "panics" => panic!("in the call"),
        n => Ok(n),
    }
}

#[tokio::test(start_paused = true)]
async fn calls_for_the_same_at_the_same_time_are_one() {
    let calls = Calls::default();
    let all = async { tokio::join!(slow("one", &calls), slow("one", &calls), slow("two", &calls)) };
    let spans = capture(all).await;
    assert_eq!(calls.count(), 2);
    let (first, second, _) = spans.output();
    assert_eq!(first, second);
    let hits = spans
        .spans_named("slow")
        .into_iter()
        .filter(|span| *span.attribute("cache.hit") == true.into());
    assert_eq!(hits.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn after_a_failure_those_who_waited_go_on_their_own_and_keep_what_they_get() {
    let calls = Calls::default();
    let one = || slow("fails", &calls);
    let begun = tokio::time::Instant::now();
    let (first, second, third) = tokio::join!(one(), one(), one());
    assert_eq!(first, Err(Failed::Busy));
    assert_eq!((second, third), (Ok(2), Ok(3)));
    assert_eq!(begun.elapsed().as_secs(), 2, "both at once");
    assert_eq!(one().await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_leaves_its_task_to_one_that_waits() {
    let calls = Calls::default();
    let leader = tokio::time::timeout(Duration::from_millis(500), slow("cancelled", &calls));
    let (first, second, third) =
        tokio::join!(leader, slow("cancelled", &calls), slow("cancelled", &calls));
    assert!(first.is_err());
    assert_eq!((second, third, calls.count()), (Ok(1), Ok(1), 1));
}

#[tokio::test(start_paused = true)]
async fn after_a_panic_those_who_waited_go_on_their_own() {
    static CALLS: Calls = Calls(AtomicU32::new(0));
    let leader = tokio::spawn(slow("panics", &CALLS));
    tokio::task::yield_now().await;
    assert_eq!(slow("panics", &CALLS).await, Ok(2));
    assert!(leader.await.expect_err("a panic").is_panic());
    assert_eq!(slow("panics", &CALLS).await, Ok(2));
}

#[traced]
#[cache(key = name, single_flight)]
#[timeout(total = "2s")]
#[fallback(value = 0, when = |error| matches!(error, Failed::Interrupted(Interrupted::Deadline { .. })))]
async fn hurried(name: &'static str, never: bool) -> Result<u32, Failed> {
    if never {
        pending::<()>().await;
    }
    Ok(1)
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_with_the_callers_own_time() {
    let begun = tokio::time::Instant::now();
    let later = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let inherited = lumina::Deadline::within(Duration::from_millis(500));
        let spans = capture(inherited.wrap(hurried("late", false))).await;
        (spans, begun.elapsed().as_millis())
    };
    let (first, (spans, elapsed)) = tokio::join!(hurried("late", true), later);
    assert_eq!((first, spans.output()), (Ok(0), &Ok(0)));
    assert_eq!(elapsed, 1500);
    spans.root().has_attribute("timeout.fired", "total").has_attribute("cache.hit", false);
    spans.root().has_children(&["hurried.fallback"]);
}

static BROKEN: AtomicBool = AtomicBool::new(false);

fn key(name: &str) -> String {
    assert!(!BROKEN.load(Ordering::Relaxed), "no key today");
    name.to_owned()
}

#[traced]
#[cache(key = key(name), single_flight)]
fn keyed(name: &str) -> usize {
    name.len()
}

#[test]
fn a_key_that_panics_ends_the_span_as_a_panic_and_breaks_nothing() {
    assert_eq!(keyed("abc"), 3);
    BROKEN.store(true, Ordering::Relaxed);
    let spans = capture_sync(|| catch_unwind(AssertUnwindSafe(|| keyed("abc"))).is_err());
    assert!(*spans.output());
    spans.root().outcome(Outcome::Panic).lacks_attribute("cache.hit");
    BROKEN.store(false, Ordering::Relaxed);
    let spans = capture_sync(|| keyed("abc"));
    spans.root().has_attribute("cache.hit", true);
}

#[traced]
#[cache(key = round, single_flight)]
fn blocking(round: u32, calls: &Calls, begun: &Barrier) -> u32 {
    begun.wait();
    calls.next()
}

#[test]
fn threads_that_ask_for_the_same_at_once_call_once() {
    let (calls, begun) = (Calls::default(), Barrier::new(2));
    for round in 1..=20 {
        let values = std::thread::scope(|scope| {
            let all: Vec<_> =
                (0..4).map(|_| scope.spawn(|| blocking(round, &calls, &begun))).collect();
            // Whoever leads waits for this.
            begun.wait();
            all.into_iter().map(|one| one.join().expect("no panic")).collect::<Vec<_>>()
        });
        assert_eq!(values, [round; 4]);
    }
}

struct Client<M> {
    id: u32,
    model: M,
    calls: Calls,
}

impl<M: Display + Send + Sync> Client<M> {
    fn new(id: u32, model: M) -> Self {
        Client { id, model, calls: Calls::default() }
    }

    #[traced]
    #[cache(key = (self.id, prompt), single_flight)]
    #[retry(base = "1ms")]
    async fn ask(&self, prompt: &str) -> Result<String, Failed> {
        Ok(format!("{} {prompt} {}", self.model, self.calls.next()))
    }
}

#[tokio::test]
async fn a_method_shares_what_its_key_says_and_nothing_with_other_types() {
    let (one, two) = (Client::new(1, "m"), Client::new(2, "m"));
    assert_eq!(assert_send(one.ask("a")).await.as_deref(), Ok("m a 1"));
    assert_eq!(two.ask("a").await.as_deref(), Ok("m a 1"));
    assert_eq!((one.ask("a").await, one.ask("b").await), (Ok("m a 1".into()), Ok("m b 2".into())));
    let of_another_type = Client::new(1, 'c');
    assert_eq!(of_another_type.ask("a").await.as_deref(), Ok("c a 1"));
}

#[traced]
#[cache(key = ())]
fn generic<T: Default + Display, const N: usize>(tail: impl Display) -> String {
    format!("{} {N} {tail}", T::default())
}

#[test]
fn the_instances_of_a_generic_function_have_a_cache_each() {
    let first = (generic::<u8, 1>("a"), generic::<u8, 2>("a"), generic::<bool, 1>("a"));
    assert_eq!(first, ("0 1 a".into(), "0 2 a".into(), "false 1 a".into()));
    assert_eq!(generic::<u8, 1>("b"), "0 1 a");
    assert_eq!(generic::<u8, 1>('b'), "0 1 b", "another type of argument");
}

#[async_trait::async_trait]
trait Store {
    async fn load(&self, name: String) -> Result<String, Failed>;
    async fn change(&mut self, name: String) -> Result<String, Failed>;
}

#[async_trait::async_trait]
impl Store for Flaky {
    #[traced]
    #[cache(key = name, ttl = "1m")]
    async fn load(&self, name: String) -> Result<String, Failed> {
        self.call()?;
        Ok(name)
    }

    #[traced]
    #[cache(key = name)]
    #[fallback(value = name)]
    async fn change(&mut self, mut name: String) -> Result<String, Failed> {
        self.call()?;
        name.push('!');
        Ok(name)
    }
}

#[tokio::test]
async fn methods_of_async_traits_are_cached() {
    let mut store = Flaky::failing(1);
    assert_eq!(store.load("a".into()).await, Err(Failed::Busy));
    assert_eq!(store.load("a".into()).await.as_deref(), Ok("a"));
    assert_eq!(store.load("a".into()).await.as_deref(), Ok("a"));
    assert_eq!((store.calls(), store.change("b".into()).await.as_deref()), (2, Ok("b!")));
    assert_eq!((store.change("b".into()).await.as_deref(), store.calls()), (Ok("b!"), 3));
}

#[traced]
#[cache(key = n, capacity = 64)]
fn squared(n: u64, calls: &Calls) -> u64 {
    calls.next();
    n * n
}

#[test]
fn no_more_is_kept_than_there_is_room_for() {
    let calls = Calls::default();
    (0..10_000).for_each(|n| assert_eq!(squared(n, &calls), n * n));
    let before = calls.count();
    (0..10_000).for_each(|n| assert_eq!(squared(n, &calls), n * n));
    // With 64 values kept, at least all the others are made again.
    assert!(calls.count() - before >= 10_000 - 64, "{}", calls.count() - before);
}

/// An error that is no `Send`, and a value that is not `Clone` but by its `Arc`.
#[traced]
#[cache(key = n, single_flight)]
#[fallback(value = std::sync::Arc::new(Calls::default()))]
async fn local(n: u32) -> Result<std::sync::Arc<Calls>, std::rc::Rc<()>> {
    tokio::task::yield_now().await;
    if n == 0 { Err(std::rc::Rc::new(())) } else { Ok(std::sync::Arc::new(Calls::default())) }
}

#[tokio::test]
async fn the_future_is_send_whatever_its_error() {
    let found = tokio::spawn(async { local(1).await.ok() }).await.expect("no panic");
    let again = local(1).await.expect("kept");
    assert!(std::sync::Arc::ptr_eq(&found.expect("a value"), &again));
}
