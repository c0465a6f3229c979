#[lumina::traced(capture(all), ok(|n| total = *n))]
fn count(#[cfg(feature = "a")] a: u32, #[cfg(all(unix, feature = "b"))] mut b: B) -> Total {
    total()
}
