//! rustc proves a chain of futures `Send` by a depth of 128 steps at most. Of those, a traced
//! function may use up no more than 18 calls in a row leave; under `tracing::instrument` it is 14.
//! (Callees come first: in the other order rustc's layouts nest too deeply before that.)

#[lumina::traced]
async fn r(text: &str, count: &mut u32) -> Result<u32, std::fmt::Error> {
    *count += 1;
    std::future::ready(text.len()).await;
    Ok(*count)
}

macro_rules! chain {
    ($($name:ident calls $next:ident),* $(,)?) => {$(
        #[lumina::traced(capture(text))]
        async fn $name(text: &str, count: &mut u32) -> Result<u32, std::fmt::Error> {
            let found = $next(text, count).await?;
            Ok(found)
        }
    )*};
}

chain! {
    q calls r, p calls q, o calls p, n calls o, m calls n, l calls m, k calls l, j calls k, i calls j, h calls i, g calls h, f calls g, e calls f, d calls e, c calls d, b calls c, a calls b,
}

fn main() {
    fn is_send<T: Send>(_: T) {}
    is_send(async {
        let text = String::from("text");
        a(&text, &mut 1).await
    });
}
