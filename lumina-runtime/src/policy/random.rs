//! Random numbers for delays: no secret depends on them.

use crate::record::local;

/// A number drawn uniformly from `0.0..1.0`, by the calling thread's own generator.
pub(crate) fn unit() -> f64 {
    from_bits(local::get().random())
}

/// 53 bits: what a double holds exactly.
fn from_bits(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_is_half_open() {
        assert_eq!(from_bits(0), 0.0);
        assert!(from_bits(u64::MAX) < 1.0);
    }

    #[test]
    fn threads_draw_different_numbers() {
        let there = std::thread::spawn(|| unit().to_bits()).join().unwrap();
        assert_ne!(unit().to_bits(), there);
    }
}
