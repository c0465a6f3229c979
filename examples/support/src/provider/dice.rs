//! Which fault hits which request, and how long it takes: chance that repeats itself.
//!
//! Pure but for the script and the counts of bodies seen.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use super::behaviour::{Fault, Faults};

/// Counters of bodies seen. Two bodies may share one: their faults then depend on the order.
const OCCURRENCE_SLOTS: usize = 4_096;

/// Returns the FNV-1a hash of `bytes`: the same on every machine, unlike the standard hasher's.
///
/// Source: <https://www.rfc-editor.org/rfc/rfc9923>.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// A stream of numbers from one seed.
///
/// Source: SplitMix64, <https://prng.di.unimi.it/splitmix64.c>.
pub(super) struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// The next number, evenly from 0 up to 1, which it never reaches.
    fn unit(&mut self) -> f64 {
        // OK to lose bits: an f64 holds the 53 that are left.
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// What was drawn for one request.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draw {
    pub(super) fault: Option<Fault>,
    /// The time before the first byte.
    pub(super) first_token: Duration,
}

/// Draws for each request.
pub(super) struct Dice {
    faults: Faults,
    script: Mutex<VecDeque<Fault>>,
    model_faults: Mutex<BTreeMap<String, Fault>>,
    occurrences: Box<[AtomicU32]>,
}

impl Dice {
    pub(super) fn new(
        faults: Faults,
        script: Vec<Fault>,
        model_faults: BTreeMap<String, Fault>,
    ) -> Self {
        Self {
            faults,
            script: Mutex::new(script.into()),
            model_faults: Mutex::new(model_faults),
            occurrences: (0..OCCURRENCE_SLOTS).map(|_| AtomicU32::new(0)).collect(),
        }
    }

    /// Draws for a request to `model` with the bytes `body`.
    ///
    /// A fault of the model comes first, then the script, then chance.
    pub(super) fn draw(&self, model: &str, body: &[u8], streamed: bool) -> Draw {
        let body = hash(body);
        // OK to cut: the slot is below 4096.
        let slot = &self.occurrences[(body % OCCURRENCE_SLOTS as u64) as usize];
        let occurrence = slot.fetch_add(1, Ordering::Relaxed);
        let mut random = Random(self.faults.seed ^ body.rotate_left(17) ^ u64::from(occurrence));
        // Both are drawn always, so that a change of the rates leaves the latency as it was.
        let (chance, share) = (random.unit(), random.unit());

        let range = &self.faults.latency.first_token;
        let first_token = range.start + range.end.saturating_sub(range.start).mul_f64(share);
        let fault = match lock(&self.model_faults).get(model) {
            Some(fault) => Some(fault.clone()),
            None => lock(&self.script).pop_front().or_else(|| self.by_chance(chance, streamed)),
        };
        Draw { fault: fault.filter(|fault| *fault != Fault::Answer), first_token }
    }

    fn by_chance(&self, chance: f64, streamed: bool) -> Option<Fault> {
        let faults = &self.faults;
        let retry_after = Some(faults.retry_after);
        let table = [
            (faults.rate_limited, Fault::RateLimited { retry_after }),
            (faults.server_errors, Fault::ServerError { status: 500 }),
            (faults.hangs, Fault::Hang),
            // More tokens than any answer has: the cut is then half way.
            (faults.truncated_streams, Fault::Truncated { after_tokens: usize::MAX }),
        ];
        let mut below = 0.0;
        let hit = table.into_iter().find(|(rate, _)| {
            below += rate;
            chance < below
        });
        hit.map(|(_, fault)| fault)
            .filter(|fault| streamed || !matches!(fault, Fault::Truncated { .. }))
    }

    pub(super) fn extend_script(&self, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.script).extend(faults);
    }

    pub(super) fn set_model_fault(&self, model: &str, fault: Option<Fault>) {
        let mut faults = lock(&self.model_faults);
        match fault {
            Some(fault) => faults.insert(model.to_owned(), fault),
            None => faults.remove(model),
        };
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // OK to go on after a panic: every change under these locks is one call.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dice(faults: Faults) -> Dice {
        Dice::new(faults, Vec::new(), BTreeMap::new())
    }

    fn mixed(seed: u64) -> Faults {
        Faults { seed, rate_limited: 0.2, server_errors: 0.1, hangs: 0.1, ..Faults::default() }
    }

    fn drawn(dice: &Dice, bodies: impl IntoIterator<Item = u32>) -> Vec<Option<Fault>> {
        bodies.into_iter().map(|n| dice.draw("m", &n.to_le_bytes(), false).fault).collect()
    }

    #[test]
    fn hash_and_numbers_are_those_of_their_sources() {
        assert_eq!(hash(b"foobar"), 0x8594_4171_f739_67e8);
        let mut random = Random(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_seed_repeats_its_faults_and_another_seed_has_others() {
        let of = |seed| drawn(&dice(mixed(seed)), 0..200);
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn the_order_of_different_bodies_does_not_matter() {
        let forward = drawn(&dice(mixed(3)), 0..200);
        let mut backward = drawn(&dice(mixed(3)), (0..200).rev());
        backward.reverse();
        assert_eq!(forward, backward);
    }

    #[test]
    fn a_repeated_body_is_drawn_anew() {
        let faults = drawn(&dice(mixed(4)), [0; 50]);
        let hit = faults.iter().flatten().count();
        assert!((1..50).contains(&hit), "{hit} of 50 were hit");
    }

    #[test]
    fn rates_are_kept_within_two_percent_over_ten_thousand_requests() {
        let faults = drawn(&dice(mixed(5)), 0..10_000);
        let share = |wanted: &dyn Fn(&Fault) -> bool| {
            faults.iter().flatten().filter(|fault| wanted(fault)).count() as f64 / 10_000.0
        };
        assert!((share(&|f| matches!(f, Fault::RateLimited { .. })) - 0.2).abs() < 0.02);
        assert!((share(&|f| matches!(f, Fault::ServerError { .. })) - 0.1).abs() < 0.02);
        assert!((share(&|f| matches!(f, Fault::Hang)) - 0.1).abs() < 0.02);
    }

    #[test]
    fn only_streams_are_truncated_by_chance() {
        let dice = dice(Faults { truncated_streams: 1.0, ..Faults::default() });
        assert_eq!(dice.draw("m", b"x", false).fault, None);
        assert!(matches!(dice.draw("m", b"x", true).fault, Some(Fault::Truncated { .. })));
    }

    #[test]
    fn the_model_comes_before_the_script_and_the_script_before_chance() {
        let dice = dice(Faults { hangs: 1.0, ..Faults::default() });
        dice.extend_script([Fault::Garbage, Fault::Answer]);
        dice.set_model_fault("dead", Some(Fault::QuotaExceeded));
        let fault = |model| dice.draw(model, b"x", false).fault;
        assert_eq!(fault("dead"), Some(Fault::QuotaExceeded));
        assert_eq!(fault("m"), Some(Fault::Garbage));
        assert_eq!(fault("m"), None);
        assert_eq!(fault("m"), Some(Fault::Hang));
        dice.set_model_fault("dead", None);
        assert_eq!(fault("dead"), Some(Fault::Hang));
    }

    #[test]
    fn the_wait_for_the_first_token_stays_in_its_range() {
        let range = Duration::from_millis(10)..Duration::from_millis(20);
        let latency = super::super::Latency { first_token: range.clone(), ..Default::default() };
        let dice = dice(Faults { latency, ..Faults::default() });
        let waits: Vec<_> = (0u8..100).map(|n| dice.draw("m", &[n], false).first_token).collect();
        assert!(waits.iter().all(|wait| range.contains(wait)), "{waits:?}");
        assert!(waits.iter().any(|wait| *wait != waits[0]));
    }
}
