//! Every way in which the attempts of a call can end, one after the other, against a model: how
//! often the body runs, what it gives, and that each run begins with the same arguments.

use super::Failed;
use lumina::prelude::*;
use std::sync::Mutex;
use std::time::Duration;

/// How an attempt leaves the body.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Leaves {
    Question(bool),
    Return(bool),
    Tail(bool),
    ReturnOk,
    TailOk,
}
use Leaves::{Question, Return, ReturnOk, Tail, TailOk};

/// `true`: with the error that is tried again.
const WAYS: [Leaves; 8] = [
    Question(true),
    Return(true),
    Tail(true),
    Question(false),
    Return(false),
    Tail(false),
    ReturnOk,
    TailOk,
];

const MAX: usize = 3;

type Arguments = (Vec<u32>, u32, String);

/// How each attempt is to leave, and what the ones so far were given.
struct Script {
    ways: [Leaves; MAX],
    given: Mutex<Vec<Arguments>>,
}

impl Script {
    fn attempt(&self, given: Arguments) -> (u32, Leaves) {
        let mut all = self.given.lock().unwrap();
        all.push(given);
        (all.len() as u32, self.ways[all.len() - 1])
    }
}

fn error(again: bool) -> Failed {
    if again { Failed::Busy } else { Failed::Wrong }
}

fn at_once(_: u32) -> Duration {
    Duration::ZERO
}

macro_rules! body {
    ($script:ident, $words:ident, $n:ident, $label:ident $(, $await:expr)?) => {{
        let (attempt, way) = $script.attempt(($words.clone(), $n, $label.clone()));
        $words.push(attempt);
        $n += 1;
        $label.push('!');
        $($await;)?
        match way {
            Question(again) => Err(error(again))?,
            Return(again) => return Err(error(again)),
            ReturnOk => return Ok(attempt),
            Tail(_) | TailOk => {}
        }
        // What was changed is of use to the compiler only.
        drop(($words, $n, $label));
        if let Tail(again) = way { Err(error(again)) } else { Ok(attempt) }
    }};
}

#[traced]
#[retry(max = MAX as u32, backoff = at_once, budget = off, when = |error| *error == Failed::Busy)]
async fn awaited(
    script: &Script,
    mut words: Vec<u32>,
    (mut n, mut label): (u32, String),
) -> Result<u32, Failed> {
    body!(script, words, n, label, tokio::task::yield_now().await)
}

#[traced]
#[retry(max = MAX as u32, backoff = at_once, budget = off, when = |error| *error == Failed::Busy)]
fn blocking(
    script: &Script,
    mut words: Vec<u32>,
    (mut n, mut label): (u32, String),
) -> Result<u32, Failed> {
    body!(script, words, n, label)
}

/// The runs of the body, and what the last of them gives.
fn model(ways: [Leaves; MAX]) -> (usize, Result<u32, Failed>) {
    let again = |way: &Leaves| matches!(way, Question(true) | Return(true) | Tail(true));
    let runs = ways.iter().take_while(|way| again(way)).count().min(MAX - 1) + 1;
    let value = match ways[runs - 1] {
        ReturnOk | TailOk => Ok(runs as u32),
        Question(again) | Return(again) | Tail(again) => Err(error(again)),
    };
    (runs, value)
}

fn scripts() -> impl Iterator<Item = Script> {
    let ways = |n: usize| [WAYS[n % 8], WAYS[n / 8 % 8], WAYS[n / 64]];
    (0..WAYS.len().pow(MAX as u32)).map(move |n| Script { ways: ways(n), given: Mutex::default() })
}

#[track_caller]
fn agrees(script: Script, value: Result<u32, Failed>) {
    let Script { ways, given } = script;
    let given = given.into_inner().unwrap();
    assert_eq!((given.len(), value), model(ways), "{ways:?}");
    let fresh = (vec![7], 1, "x".to_owned());
    assert!(given.iter().all(|given| *given == fresh), "{ways:?}: {given:?}");
}

#[tokio::test]
async fn awaited_attempts_agree_with_the_model_however_they_leave_the_body() {
    for script in scripts() {
        let value = awaited(&script, vec![7], (1, "x".to_owned())).await;
        agrees(script, value);
    }
}

#[test]
fn blocking_attempts_agree_with_the_model_however_they_leave_the_body() {
    for script in scripts() {
        let value = blocking(&script, vec![7], (1, "x".to_owned()));
        agrees(script, value);
    }
}
