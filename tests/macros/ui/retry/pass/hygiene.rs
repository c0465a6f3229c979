//! Nothing that the user names is taken for something of the standard library's, or of ours.
#![deny(warnings)]
#![allow(dead_code, non_camel_case_types)]

use std::result::Result as Outcome;

struct Result;
struct Option;
struct Box;
struct Some;
struct None;
struct Ok;
struct Err;
struct Call;
struct Step;
struct From;
struct Clone;
trait Future {}
mod core {}
mod std_like {}

#[derive(Debug)]
struct Failed;

impl ::std::convert::From<lumina::Interrupted> for Failed {
    fn from(_: lumina::Interrupted) -> Self {
        Failed
    }
}

#[lumina::traced]
#[lumina::retry(when = |error: &Failed| matches!(error, Failed), base = "1ms")]
#[lumina::timeout("1s")]
#[lumina::fallback(other(call, error))]
#[lumina::fallback(value = 1)]
async fn call(call: u32) -> Outcome<u32, Failed> {
    Outcome::Ok(call)
}

async fn other(n: u32, error: Failed) -> Outcome<u32, Failed> {
    drop(error);
    Outcome::Ok(n)
}

macro_rules! made {
    ($name:ident, $ty:ty, $limit:literal, $max:expr) => {
        #[lumina::traced]
        #[lumina::retry(max = $max, base = $limit)]
        #[lumina::timeout($limit)]
        async fn $name(argument: $ty) -> Outcome<$ty, Failed> {
            let mut argument = argument;
            argument += 1;
            Outcome::Ok(argument)
        }
    };
}
made!(made, u32, "1s", 3);

fn main() {
    drop(call(1));
    drop(made(1));
}
