use super::*;
use loom::future::block_on;
use loom::thread;
use std::future::poll_fn;

fn unknown(_: &u8) -> Option<u32> {
    None
}

type Shared = Arc<Flights<u8, u32>>;

/// Calls until there is a value, as the engine does. What the call itself gives is 7.
fn call(flights: &Flights<u8, u32>) -> u32 {
    let mut follow = match flights.join(1, unknown) {
        Joined::Landed(value) => return value,
        Joined::Lead(lead) => return land(lead),
        Joined::Follow(follow) => follow,
    };
    match block_on(poll_fn(|cx| follow.poll(cx))) {
        Followed::Landed(value) => value,
        Followed::Lead(lead) => land(lead),
        Followed::Alone(_) => 7,
    }
}

fn land(lead: Lead<'_, u8, u32>) -> u32 {
    lead.land(7);
    7
}

fn cancelled(flights: &Flights<u8, u32>) {
    match flights.join(1, unknown) {
        Joined::Landed(_) => {}
        Joined::Lead(lead) => drop(lead),
        Joined::Follow(mut follow) => {
            let _ = block_on(poll_fn(|cx| Poll::Ready(follow.poll(cx).is_ready())));
        }
    }
}

#[test]
fn nobody_waits_for_a_leader_that_is_gone() {
    loom::model(|| {
        let flights: Shared = Arc::new(Flights::new());
        let there = thread::spawn({
            let flights = Arc::clone(&flights);
            move || cancelled(&flights)
        });
        assert_eq!(call(&flights), 7);
        there.join().unwrap();
        assert_eq!(flights.len(), 0);
    });
}

#[test]
fn two_calls_end_with_the_value_and_leave_nothing() {
    loom::model(|| {
        let flights: Shared = Arc::new(Flights::new());
        let there = thread::spawn({
            let flights = Arc::clone(&flights);
            move || call(&flights)
        });
        assert_eq!((call(&flights), there.join().unwrap()), (7, 7));
        assert_eq!(flights.len(), 0);
    });
}

#[test]
fn a_failure_lets_the_others_go() {
    loom::model(|| {
        let flights: Shared = Arc::new(Flights::new());
        let Joined::Lead(lead) = flights.join(1, unknown) else { panic!("the first leads") };
        let there = thread::spawn({
            let flights = Arc::clone(&flights);
            move || call(&flights)
        });
        lead.fail();
        assert_eq!(there.join().unwrap(), 7);
        assert_eq!(flights.len(), 0);
    });
}
