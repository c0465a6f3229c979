//! Nothing that the user names is taken for something of the standard library's, or of ours.
#![allow(dead_code, non_camel_case_types)]

use lumina::Classify as Says;
use std::time::Duration as Span;

struct Option;
struct Result;
struct Some;
struct None;
struct Cow;
struct String;
struct Duration;
struct ErrorKind;
struct bool;
struct str;
mod core {}
trait Classify {}

#[derive(Says)]
enum Hostile<'a, T: ::std::fmt::Debug, const N: usize> {
    #[classify(kind = timeout, retry_after = error, code = code)]
    Named {
        error: Span,
        code: &'a ::std::primitive::str,
    },
    #[classify(retryable = _1.is_empty(), code = "a")]
    Tuple([T; N], ::std::string::String),
    #[classify(with = kind)]
    kind(u8),
    #[classify(transparent)]
    r#type(::std::io::Error),
    Unit,
}

fn kind(number: &u8) -> lumina::ErrorKind {
    lumina::ErrorKind::from_status(u16::from(*number) + 400)
}

macro_rules! made {
    ($name:ident, $variant:ident { $field:ident: $ty:ty }, $value:expr, $kind:ident) => {
        #[derive(lumina::Classify)]
        enum $name {
            #[classify(kind = $kind, retry_after = $field, code = $value)]
            $variant { $field: $ty },
            #[classify(retry_after = inner, retryable = self.holds())]
            Other { inner: $ty },
        }

        impl $name {
            fn holds(&self) -> ::std::primitive::bool {
                matches!(self, Self::Other { .. })
            }
        }
    };
}
made!(Made, Wait { wait: Span }, "made", overloaded);

#[test]
fn names_of_the_users_stay_theirs() {
    let named: Hostile<'_, u8, 0> = Hostile::Named { error: Span::ZERO, code: "b" };
    assert_eq!(named.code().as_deref(), ::std::option::Option::Some("b"));
    let unauthorized: Hostile<'_, u8, 0> = Hostile::kind(1);
    assert_eq!(Says::kind(&unauthorized), lumina::ErrorKind::Unauthorized);
    let empty: Hostile<'_, u8, 2> = Hostile::Tuple([1, 2], ::std::string::String::new());
    assert!(empty.retryable());
    let made = Made::Wait { wait: Span::ZERO };
    assert_eq!(made.code().as_deref(), ::std::option::Option::Some("made"));
    assert!(Made::Other { inner: Span::ZERO }.retryable());
}

#[derive(Says)]
enum Empty {}

#[derive(Says)]
struct Unit;

#[test]
fn a_type_without_words_is_an_error_like_any_other() {
    assert_eq!(Says::kind(&Unit), lumina::ErrorKind::Other);
    assert!(Unit.retryable());
}
