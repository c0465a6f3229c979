use super::*;
use crate::policy::block::block_on;
use std::task::Waker;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

fn poll_once(sleep: &mut Sleep) -> Poll<()> {
    Pin::new(sleep).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_time_that_has_come_needs_no_clock() {
    let mut sleep = Sleep::until(now());
    assert!(poll_once(&mut sleep).is_ready());
    assert!(matches!(sleep.armed, Armed::No));
}

#[test]
fn never_does_not_come() {
    let mut sleep = Sleep::never();
    assert!(poll_once(&mut sleep).is_pending());
    assert!(matches!(sleep.armed, Armed::No));
    assert_eq!(sleep.at(), None);
}

#[test]
fn outside_a_runtime_the_thread_of_ones_own_wakes() {
    let at = now() + Duration::from_millis(1);
    let mut sleep = Sleep::until(at);
    block_on(&mut sleep, None);
    assert!(matches!(sleep.armed, Armed::Own(_)) && now() >= at);
}

#[test]
fn it_can_be_set_to_another_time() {
    let mut sleep = Sleep::until(now() + HOUR);
    assert!(poll_once(&mut sleep).is_pending());
    sleep.reset(now());
    assert!(poll_once(&mut sleep).is_ready());
    sleep.reset(now() + HOUR);
    assert!(poll_once(&mut sleep).is_pending());
}

#[cfg(feature = "tokio")]
mod tokio_clock {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_paused_clock_moves_only_by_the_waiting_itself() {
        let (start, real) = (now(), Instant::now());
        Sleep::until(start + HOUR).await;
        assert_eq!(now(), start + HOUR);
        assert!(real.elapsed() < HOUR);
    }

    #[tokio::test(start_paused = true)]
    async fn in_a_runtime_it_is_the_runtimes_timer_and_can_be_set_again() {
        let start = now();
        let mut sleep = Sleep::until(start + 2 * HOUR);
        assert!(poll_once(&mut sleep).is_pending());
        assert!(matches!(sleep.armed, Armed::Tokio(_)));
        sleep.reset(start + HOUR);
        (&mut sleep).await;
        assert_eq!(now(), start + HOUR);
        sleep.reset(start + 3 * HOUR);
        sleep.await;
        assert_eq!(now(), start + 3 * HOUR);
    }

    #[test]
    fn a_runtime_without_a_timer_is_helped_out() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let at = now() + Duration::from_millis(1);
        runtime.block_on(async { Sleep::until(at).await });
        assert!(now() >= at);
        assert_eq!(WITHOUT_TIMER.get(), Some(runtime.handle().id()), "and not asked again");
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_is_measured_on_the_paused_clock() {
        let deadline = crate::Deadline::within(HOUR);
        tokio::time::advance(HOUR / 2).await;
        assert_eq!(deadline.remaining(), HOUR / 2);
        tokio::time::advance(HOUR).await;
        assert!(deadline.has_passed());
    }
}
