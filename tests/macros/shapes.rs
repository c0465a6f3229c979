//! Shapes of functions: that each is one span, with what it calls below it.

use lumina::testing::{capture, capture_sync};
use lumina::traced;

#[traced]
fn leaf() {}

struct Counter {
    count: u32,
    name: String,
}

impl Counter {
    #[traced]
    fn read(&self) -> &str {
        leaf();
        &self.name
    }

    #[traced]
    fn change(&mut self) -> Result<&mut u32, String> {
        leaf();
        self.count += 1;
        Ok(&mut self.count)
    }

    #[traced]
    fn take(self) -> String {
        leaf();
        self.name
    }

    #[traced]
    async fn change_later(&mut self, by: &u32) -> &mut u32 {
        leaf();
        self.count += by;
        &mut self.count
    }
}

#[tokio::test]
async fn methods_borrow_as_they_did() {
    let spans = capture(async {
        let mut counter = Counter { count: 1, name: "c".to_owned() };
        assert_eq!(counter.read(), "c");
        *counter.change().expect("a count") += 1;
        *counter.change_later(&5).await += 1;
        assert_eq!(counter.count, 9);
        counter.take()
    })
    .await;
    for name in ["read", "change", "change_later", "take"] {
        spans.span(name).is_root().has_children(&["leaf"]);
    }
}

#[traced(capture(n))]
fn countdown(n: u32) -> u32 {
    if n == 0 { 0 } else { countdown(n - 1) + 1 }
}

#[traced(capture(n))]
async fn countdown_later(n: u32) -> u32 {
    if n == 0 { 0 } else { Box::pin(countdown_later(n - 1)).await + 1 }
}

#[tokio::test]
async fn recursion_nests() {
    let spans = capture(async { countdown(2) + countdown_later(2).await }).await;
    assert_eq!(*spans.output(), 4);
    for name in ["countdown", "countdown_later"] {
        let calls = spans.spans_named(name);
        let [first, second, third] = calls[..] else { panic!("{}", spans.tree()) };
        first.has_attribute("n", 2).is_root();
        second.has_attribute("n", 1).has_parent(name);
        third.has_attribute("n", 0).has_parent(name).has_children(&[]);
    }
}

#[traced]
fn generic<'a, T, I>(items: I, closure: impl Fn(&T) -> bool) -> impl Iterator<Item = &'a T>
where
    T: 'a,
    I: Iterator<Item = &'a T>,
{
    leaf();
    items.filter(move |item| closure(item))
}

#[traced]
unsafe extern "C" fn raw_pointer(number: *const u32) -> u32 {
    leaf();
    // SAFETY: the caller passes a reference.
    unsafe { *number }
}

#[traced]
fn early(stop: bool) -> u32 {
    if stop {
        return 1;
    }
    leaf();
    2
}

#[test]
fn plain_functions_keep_their_signature() {
    let spans = capture_sync(|| {
        let even: Vec<_> = generic([1, 2, 3].iter(), |n| n % 2 == 0).copied().collect();
        assert_eq!(even, [2]);
        // SAFETY: a reference is a valid pointer.
        assert_eq!(unsafe { raw_pointer(&5) }, 5);
        assert_eq!((early(true), early(false)), (1, 2));
    });
    spans.span("generic").has_children(&["leaf"]);
    spans.span("raw_pointer").has_children(&["leaf"]);
    let [stopped, finished] = spans.spans_named("early")[..] else { panic!("{}", spans.tree()) };
    stopped.has_children(&[]);
    finished.has_children(&["leaf"]);
}

macro_rules! traced_function {
    ($name:ident, $span:expr, $ty:ty, $body:block) => {
        #[lumina::traced($span, capture(value))]
        async fn $name(value: $ty) -> Result<$ty, String> $body
    };
    ($name:ident, $span:literal) => {
        #[lumina::traced(name = $span)]
        fn $name() {
            leaf();
        }
    };
}

traced_function!(from_macro, "from-a-macro", u32, {
    leaf();
    Ok(7)
});
traced_function!(literal, "from-a-literal");

#[tokio::test]
async fn functions_made_by_macros_are_traced() {
    let spans = capture(async {
        literal();
        from_macro(3).await
    })
    .await;
    spans.span("from-a-macro").has_attribute("value", 3).has_children(&["leaf"]);
    spans.span("from-a-literal").has_children(&["leaf"]);
}

#[traced("above")]
#[tokio::test]
async fn traced_stands_above_tokio_test() {
    let spans = capture(async { leaf() }).await;
    spans.span("leaf").is_root();
}

#[tokio::test]
#[traced("below", err)]
async fn traced_stands_below_tokio_test() -> Result<(), String> {
    let spans = capture(async { leaf() }).await;
    spans.span("leaf").is_root();
    Ok(())
}

#[allow(clippy::needless_lifetimes, reason = "the lifetime is what is tested")]
#[traced]
async fn reassigns<'a>(mut word: &'a str, other: &str) -> usize {
    let owned = format!("{other}!");
    if word.is_empty() {
        word = &owned;
    }
    word.len()
}

#[tokio::test]
async fn a_mutable_parameter_can_take_what_the_body_owns() {
    let spans = capture(reassigns("", "abc")).await;
    assert_eq!(*spans.output(), 4);
}

#[traced(boxed)]
async fn boxed(depth: u8) -> Result<u8, String> {
    tokio::task::yield_now().await;
    Ok(depth)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn traced_futures_can_be_spawned() {
    use lumina::FutureExt as _;
    let spans = capture(async {
        let task = tokio::spawn(
            async { (boxed(1).await, reassigns("a", "b").await) }.in_current_context(),
        );
        task.await.expect("no panic").0
    })
    .await;
    assert_eq!(spans.output(), &Ok(1));
    spans.has_spans(&["boxed", "reassigns"]);
}

#[traced(span = here)]
async fn sees_itself() -> Option<String> {
    tokio::task::yield_now().await;
    here.traceparent()
}

#[tokio::test]
async fn the_body_can_name_its_span() {
    let spans = capture(sees_itself()).await;
    let id = format!("{:016x}", spans.span("sees_itself").data().span_id.0);
    let header = spans.output().as_deref().expect("a recorded span");
    assert!(header.contains(&id), "{header} should name {id}");
}

#[traced(parent = parent)]
fn adopted(parent: &lumina::Context) {}

#[traced(parent = None)]
async fn orphaned() {}

#[traced(follows_from = [first])]
fn following(first: &lumina::Context) {}

#[traced(span = here)]
fn outer() -> lumina::Context {
    here
}

#[traced]
async fn elsewhere(first: lumina::Context) {
    adopted(&first);
    following(&first);
    orphaned().await;
}

#[tokio::test]
async fn parents_and_links_can_be_given() {
    let spans = capture(async { elsewhere(outer()).await }).await;
    spans.span("adopted").has_parent("outer");
    spans.span("following").has_parent("elsewhere").is_linked_to(spans.span("outer"));
    spans.span("orphaned").is_root();
}
