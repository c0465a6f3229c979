//! Lumina by another way than `::lumina`.
#![deny(warnings)]

mod instrument {
    pub mod lumina {
        pub use ::lumina::{__private, traced};
    }
}

#[instrument::lumina::traced(capture(a), crate = crate::instrument::lumina)]
fn sync(a: u8) -> Result<u8, ()> {
    Ok(a)
}

macro_rules! wrapped {
    ($name:ident) => {
        #[$crate::instrument::lumina::traced(crate = $crate::instrument::lumina)]
        async fn $name() -> u8 {
            1
        }
    };
}
wrapped!(made);

fn main() {
    let _ = sync(1);
    drop(made());
}
