//! The user's own names, however unfortunate.
#![deny(warnings)]
#![allow(dead_code, non_camel_case_types)]

pub struct Result;
pub struct Option;
pub struct Box;
pub struct String;
pub struct Vec;
pub struct Ok;
pub struct Err;
pub struct Some;
pub struct None;
pub struct str;
pub trait Future {}
pub trait Send {}
pub trait Display {}
pub trait ToArg {}
mod tracing {}
mod core {}
mod std {}
mod lumina {}

#[allow(unused_macros)]
macro_rules! module_path {
    () => {
        compile_error!("not the one of core")
    };
}
#[allow(unused_macros)]
macro_rules! line {
    () => {
        compile_error!("not the one of core")
    };
}

#[::lumina::traced(capture(all))]
fn display(display: u8, debug: bool, __lumina_span: i8, span: i64, value: u16, error: i16) -> Result {
    let __lumina_value = u32::from(display) + u32::from(__lumina_span > 0);
    let _ = (debug, span, value, error, __lumina_value);
    Result
}

#[::lumina::traced(capture(all), ok(|_| end = __lumina_end, seen = *__lumina_span))]
async fn later(__lumina_end: i8, __lumina_span: &i8) -> Option {
    let __lumina_value = *__lumina_span;
    let _ = __lumina_value;
    Option
}

#[::lumina::traced(err, ret, err(|e| e = *e))]
fn fallible(error: u8) -> ::core::result::Result<u8, u8> {
    ::core::result::Result::Err(error)
}

#[::lumina::traced(err(Debug))]
fn boxed(
    e: u8,
) -> ::core::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = ::core::result::Result<u8, u8>>>> {
    let e = e + 1;
    ::std::boxed::Box::pin(async move { ::core::result::Result::Err(e) })
}

fn main() {
    let _ = display(1, true, 1, 1, 1, 1);
    let _ = later(1, &1);
    let _ = fallible(1);
    let _ = boxed(1);
}
