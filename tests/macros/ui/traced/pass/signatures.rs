//! Signatures that have broken one instrumentation macro or another.
#![deny(warnings)]
#![allow(dead_code)]

use lumina::traced;
use std::{
    borrow::Cow,
    cell::{Ref, RefCell},
    future::Future,
    pin::Pin,
    sync::Arc,
};
#[derive(Debug)]
struct E;
#[derive(Debug, Clone)]
struct S {
    c: RefCell<u8>,
    n: u8,
}
impl S {
    #[traced(capture(all))]
    fn r(&self) -> Result<Ref<'_, u8>, E> {
        Ok(self.c.borrow())
    }
    #[traced]
    fn arc(self: Arc<Self>) -> Result<Arc<Self>, E> {
        Ok(self)
    }
    #[traced]
    async fn pin(mut self: Pin<&mut Self>) -> Result<u8, E> {
        self.n += 1;
        Ok(self.n)
    }
    #[traced]
    async fn boxed(self: Box<Self>) -> u8 {
        self.n
    }
    #[traced]
    fn mutself(mut self) -> Result<Self, E> {
        self.n += 1;
        Ok(self)
    }
    #[traced]
    async fn mutself2(mut self) -> Self {
        self.n += 1;
        self
    }
    #[traced]
    fn two<'a, 'b: 'a>(&'a mut self, x: &'b mut u8) -> Result<(&'a mut u8, &'b mut u8), E> {
        Ok((&mut self.n, x))
    }
}
#[traced(capture(all), skip(f))]
fn konst<const N: usize, F>(a: [u8; N], f: F) -> Result<impl Fn(&str) -> Result<u8, E>, E>
where
    F: Fn(&str) -> u8,
{
    let _ = a;
    Ok(move |s: &str| Ok(f(s)))
}
#[traced]
fn cow<'a>(s: &'a str) -> Result<Cow<'a, str>, E> {
    if s.is_empty() {
        return Err(E);
    }
    Ok(s.into())
}
#[traced]
fn dynret(s: &str) -> Result<Box<dyn Fn() -> usize + '_>, E> {
    Ok(Box::new(move || s.len()))
}
#[traced]
fn ptr(
    s: &str,
) -> Result<Box<dyn std::error::Error>, Box<dyn std::error::Error + Send + Sync + 'static>> {
    let n: u8 = s.parse()?;
    Ok(n.to_string().into())
}
trait T {
    fn f(&self, a: &str) -> impl Future<Output = Result<usize, E>> + Send;
    #[traced]
    fn d(&self) -> u8 {
        1
    }
    #[traced]
    fn e(&self, a: u8) -> Result<u8, E>
    where
        Self: Sized,
    {
        Ok(a)
    }
}
impl T for u8 {
    #[traced(capture(a))]
    fn f(&self, a: &str) -> impl Future<Output = Result<usize, E>> + Send {
        let n = a.len();
        async move { Ok(n) }
    }
}
impl T for u16 {
    #[traced(capture(a), ok(|n| n))]
    async fn f(&self, a: &str) -> Result<usize, E> {
        Ok(a.len())
    }
}
#[traced]
async fn opt(a: Option<u8>) -> Option<u8> {
    let a = a?;
    Some(a)
}
#[traced]
async fn later(a: impl Future<Output = u8>) -> Result<impl Iterator<Item = u8>, E> {
    Ok(std::iter::once(a.await))
}
#[traced(ok(|n| n = n.len()), err(|e| code = format!("{e:?}")))]
fn nested(depth: u8) -> Result<Vec<u8>, E> {
    #[traced]
    fn inner(n: u8) -> Result<u8, E> {
        if n > 10 { Err(E) } else { Ok(n) }
    }
    (0..depth).map(inner).collect()
}
#[traced]
fn unit_result() -> Result<(), E> {
    Ok(())
}
#[traced(ret)]
fn unit() {}
#[traced(ok(|()| done = true))]
async fn unit2() {}
#[traced]
async fn lots(
    a: Vec<u8>,
    #[allow(unused)] b: String,
    (c, ..): (u8, u8, u8),
    [d, rest @ ..]: [u8; 3],
) -> usize {
    a.len() + usize::from(c + d) + rest.len()
}
#[traced]
pub(crate) fn closure_param(f: &mut dyn FnMut(u8) -> Result<u8, E>) -> Result<u8, E> {
    f(1)?;
    f(2)
}
fn main() {}
type Fut<'a> = Pin<Box<dyn Future<Output = Result<usize, E>> + Send + 'a>>;
#[traced(capture(a))]
fn alias(a: &str) -> Fut<'_> {
    Box::pin(async move {
        if a.is_empty() {
            return Err(E);
        }
        Ok(a.len())
    })
}
#[traced(capture(a), ok(|n| n))]
fn alias2(a: &str) -> Fut<'_> {
    let n = a.len();
    Box::pin(async move { Ok(n) })
}
#[traced(capture(a))]
fn opaque2<'a>(a: &'a str) -> impl Future<Output = Result<&'a str, E>> + Send + 'a {
    let b = a;
    async move {
        b.parse::<u8>().map_err(|_| E)?;
        Ok(b)
    }
}
macro_rules! ret { () => { Fut<'_> } }
#[traced]
fn alias3(a: &str) -> ret!() {
    Box::pin(async move { Ok(a.len()) })
}
