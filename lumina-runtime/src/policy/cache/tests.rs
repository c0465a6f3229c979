use super::*;
use crate::policy::block::block_on;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicU32;
use std::task::{Wake, Waker};

const SECOND: Duration = Duration::from_secs(1);
type Answers = Cache<String, String>;

fn answers() -> Answers {
    Cache::new(100, Some(10 * SECOND))
}

fn key() -> String {
    "prompt".to_owned()
}

fn lead(cache: &Answers) -> Lead<'_, String, String> {
    let Joined::Lead(lead) = cache.join(key(), Instant::now()) else { panic!("not the leader") };
    lead
}

fn follow(cache: &Answers) -> Follow<'_, String, String> {
    let Joined::Follow(follow) = cache.join(key(), Instant::now()) else { panic!("no follower") };
    follow
}

fn poll<'a>(follow: &mut Follow<'a, String, String>) -> Option<Followed<'a, String, String>> {
    match Pin::new(follow).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(followed) => Some(followed),
        Poll::Pending => None,
    }
}

fn landed(followed: Option<Followed<'_, String, String>>) -> Option<String> {
    followed.map(|followed| match followed {
        Followed::Landed(value) => value,
        Followed::Lead(_) => "<lead>".to_owned(),
        Followed::Alone(key) => {
            assert_eq!(key, self::key());
            "<alone>".to_owned()
        }
    })
}

#[test]
fn a_value_is_there_until_its_time_is_over() {
    let (cache, now) = (answers(), Instant::now());
    cache.insert(key(), "answer".to_owned(), now);
    let almost = now + 10 * SECOND - Duration::from_nanos(1);
    assert_eq!(cache.get(&key(), almost).as_deref(), Some("answer"));
    assert_eq!(cache.get(&key(), now + 10 * SECOND), None);
    assert_eq!(cache.len(), 0, "what has expired makes room");
}

#[test]
fn without_a_time_to_live_a_value_stays() {
    let (cache, now) = (Cache::new(10, None), Instant::now());
    cache.insert(1, 'a', now);
    assert_eq!(cache.get(&1, now + 1_000_000 * SECOND), Some('a'));
    let endless = Cache::new(10, Some(Duration::MAX));
    endless.insert(1, 'a', now);
    assert_eq!(endless.get(&1, now + 1_000_000 * SECOND), Some('a'));
}

#[test]
fn no_more_values_are_kept_than_there_is_room_for() {
    for capacity in [1, 10, 1_024] {
        let cache = Cache::new(capacity, None);
        for key in 0..10 * capacity {
            cache.insert(key, key, Instant::now());
            assert!(cache.len() <= capacity, "{} of {capacity}", cache.len());
        }
        assert!(cache.len() > capacity / 2);
    }
}

#[test]
fn without_room_nothing_is_kept_and_calls_still_work() {
    let cache = Cache::new(0, None);
    cache.insert(1, 'a', Instant::now());
    assert_eq!(cache.get(&1, Instant::now()), None);
    let Joined::Lead(lead) = cache.join(1, Instant::now()) else { panic!() };
    lead.land(&'a', Instant::now());
}

#[test]
fn a_smaller_room_holds_at_once() {
    let (cache, now) = (Cache::new(1_000, None), Instant::now());
    (0..1_000).for_each(|key| cache.insert(key, key, now));
    cache.configure(160, Some(SECOND));
    cache.insert(7, 7, now);
    assert!(cache.len() <= 160, "{}", cache.len());
    assert_eq!(cache.get(&7, now + SECOND), None);
}

#[test]
fn of_the_calls_made_at_once_one_is_made_and_all_have_its_value() {
    let (cache, now) = (answers(), Instant::now());
    let leading = lead(&cache);
    let mut followers: Vec<_> = (0..3).map(|_| follow(&cache)).collect();
    assert!(followers.iter_mut().all(|follower| poll(follower).is_none()));
    leading.land(&"answer".to_owned(), now);
    for follower in &mut followers {
        assert_eq!(landed(poll(follower)).as_deref(), Some("answer"));
    }
    assert!(matches!(cache.join(key(), now), Joined::Hit(value) if value == "answer"));
    drop(followers);
    assert_eq!(cache.flights.len(), 0);
}

#[test]
fn a_shared_value_is_not_kept() {
    let cache = answers();
    let (leading, mut follower) = (lead(&cache), follow(&cache));
    leading.share(&"an error".to_owned());
    assert_eq!(landed(poll(&mut follower)).as_deref(), Some("an error"));
    drop(lead(&cache));
}

#[test]
fn a_cancelled_leader_is_followed_by_one_of_those_who_wait() {
    let cache = answers();
    let leading = lead(&cache);
    let (mut first, mut second) = (follow(&cache), follow(&cache));
    assert!(poll(&mut first).is_none() && poll(&mut second).is_none());
    drop(leading);
    let Some(Followed::Lead(next)) = poll(&mut second) else { panic!("nobody leads") };
    assert!(poll(&mut first).is_none());
    next.land(&"answer".to_owned(), Instant::now());
    assert_eq!(landed(poll(&mut first)).as_deref(), Some("answer"));
}

#[test]
fn a_flight_that_everybody_left_is_forgotten() {
    let cache = answers();
    let (leading, mut follower) = (lead(&cache), follow(&cache));
    assert!(poll(&mut follower).is_none());
    drop(leading);
    assert_eq!(cache.flights.len(), 1);
    drop(follower);
    assert_eq!(cache.flights.len(), 0);
    drop(lead(&cache));
    assert_eq!(cache.flights.len(), 0);
}

#[test]
fn who_comes_to_a_flight_without_a_leader_leads() {
    let cache = answers();
    let (leading, mut follower) = (lead(&cache), follow(&cache));
    drop(leading);
    let next = lead(&cache);
    assert!(poll(&mut follower).is_none());
    next.land(&"answer".to_owned(), Instant::now());
    assert_eq!(landed(poll(&mut follower)).as_deref(), Some("answer"));
}

#[test]
fn after_a_failure_all_go_on_their_own() {
    let cache = answers();
    let (leading, mut followers) = (lead(&cache), [follow(&cache), follow(&cache)]);
    leading.fail();
    for follower in &mut followers {
        assert_eq!(landed(poll(follower)).as_deref(), Some("<alone>"));
    }
    drop(lead(&cache));
}

#[test]
fn a_panic_of_the_leader_is_a_failure_and_breaks_nothing() {
    let cache = answers();
    let leading = lead(&cache);
    let mut follower = follow(&cache);
    let call = catch_unwind(AssertUnwindSafe(|| {
        let _leading = leading;
        panic!("the call's own");
    }));
    assert!(call.is_err());
    assert_eq!(landed(poll(&mut follower)).as_deref(), Some("<alone>"));
    lead(&cache).land(&"answer".to_owned(), Instant::now());
    assert_eq!(cache.get(&key(), Instant::now()).as_deref(), Some("answer"));
}

/// A key that cannot be compared, and a value that cannot be cloned, while `broken` says so.
#[derive(Clone)]
struct Fragile<'a>(&'a AtomicU32);

impl Fragile<'_> {
    fn check(&self) {
        assert_eq!(self.0.load(Ordering::Relaxed), 0, "not today");
    }
}

impl PartialEq for Fragile<'_> {
    fn eq(&self, _: &Self) -> bool {
        self.check();
        true
    }
}

impl Eq for Fragile<'_> {}

impl Hash for Fragile<'_> {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

#[test]
fn a_key_that_panics_when_compared_breaks_nothing() {
    let broken = AtomicU32::new(0);
    let (cache, now) = (Cache::new(10, None), Instant::now());
    cache.insert(Fragile(&broken), 'a', now);
    let Joined::Hit('a') = cache.join(Fragile(&broken), now) else { panic!("not kept") };
    broken.store(1, Ordering::Relaxed);
    let panics = |step: &dyn Fn()| catch_unwind(AssertUnwindSafe(step)).is_err();
    assert!(panics(&|| assert!(cache.get(&Fragile(&broken), now).is_some())));
    assert!(panics(&|| cache.insert(Fragile(&broken), 'b', now)));
    assert!(panics(&|| drop(cache.join(Fragile(&broken), now))));
    broken.store(0, Ordering::Relaxed);
    assert_eq!(cache.get(&Fragile(&broken), now), Some('a'));
    cache.insert(Fragile(&broken), 'b', now);
    assert!(matches!(cache.join(Fragile(&broken), now), Joined::Hit('b')));
}

#[test]
fn a_value_that_panics_when_cloned_fails_the_flight_and_breaks_nothing() {
    struct Value<'a>(Fragile<'a>);
    impl Clone for Value<'_> {
        fn clone(&self) -> Self {
            self.0.check();
            Value(self.0.clone())
        }
    }
    let broken = AtomicU32::new(1);
    let (cache, now) = (Cache::new(10, None), Instant::now());
    let Joined::Lead(leading) = cache.join(1, now) else { panic!("not the leader") };
    let Joined::Follow(follower) = cache.join(1, now) else { panic!("no follower") };
    let value = Value(Fragile(&broken));
    assert!(catch_unwind(AssertUnwindSafe(|| leading.land(&value, now))).is_err());
    assert!(matches!(block_on(follower, None), Some(Followed::Alone(1))));
    broken.store(0, Ordering::Relaxed);
    let Joined::Lead(leading) = cache.join(1, now) else { panic!("not the leader") };
    leading.land(&value, now);
    broken.store(1, Ordering::Relaxed);
    assert!(catch_unwind(AssertUnwindSafe(|| cache.get(&1, now).is_some())).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| drop(cache.join(1, now)))).is_err());
    broken.store(0, Ordering::Relaxed);
    cache.insert(1, value.clone(), now);
    assert!(cache.get(&1, now).is_some());
    assert_eq!(cache.flights.len(), 0);
}

#[test]
fn a_leaders_end_wakes_who_waits() {
    #[derive(Default)]
    struct Woken(AtomicU32);
    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let cache = answers();
    let (leading, mut follower) = (lead(&cache), follow(&cache));
    let woken = Arc::<Woken>::default();
    let waker = Waker::from(Arc::clone(&woken));
    let mut cx = Context::from_waker(&waker);
    assert!(Pin::new(&mut follower).poll(&mut cx).is_pending());
    assert!(Pin::new(&mut follower).poll(&mut cx).is_pending());
    drop(leading);
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
}

#[test]
fn threads_that_ask_for_the_same_at_once_call_once() {
    for _ in 0..50 {
        let (cache, calls) = (answers(), AtomicU32::new(0));
        let make = |lead: Lead<'_, String, String>| {
            calls.fetch_add(1, Ordering::Relaxed);
            lead.land(&"answer".to_owned(), Instant::now());
            "answer".to_owned()
        };
        let ask = || match cache.join(key(), Instant::now()) {
            Joined::Hit(value) => value,
            Joined::Lead(lead) => make(lead),
            Joined::Follow(follow) => match block_on(follow, None).unwrap() {
                Followed::Landed(value) => value,
                Followed::Lead(lead) => make(lead),
                Followed::Alone(_) => panic!("nobody failed"),
            },
        };
        std::thread::scope(|scope| {
            let asking: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().for_each(|asked| assert_eq!(asked.join().unwrap(), "answer"));
        });
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        assert_eq!(cache.flights.len(), 0);
    }
}
