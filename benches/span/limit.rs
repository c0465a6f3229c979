//! The limit as a variant.

use lumina_benches::child::Variant;
use lumina_benches::limit::Limit;
use lumina_benches::work::{
    CHILDREN, Workload, arguments, block_on, plain, plain_async, plain_bare,
};
use std::hint::black_box;

pub(crate) fn start() -> Box<dyn Variant> {
    Box::new(Limit_(Limit::start()))
}

struct Limit_(Limit);

impl Variant for Limit_ {
    fn run(&mut self, workload: Workload, traces: usize) {
        let limit = &mut self.0;
        for _ in 0..traces {
            // The root.
            limit.bare(|| ());
            for index in 0..CHILDREN {
                let (index, model, score) = arguments(index);
                match workload {
                    Workload::Sync => limit.span((index, model, score), || {
                        black_box(plain(index, model, score));
                    }),
                    Workload::Bare => limit.bare(|| {
                        black_box(plain_bare(index));
                    }),
                    Workload::Async => limit.span((index, model, score), || {
                        black_box(block_on(plain_async(index, model, score)));
                    }),
                }
            }
        }
    }

    fn settle(&mut self) {
        self.0.settle();
    }

    fn lost(&mut self, _begun: u64) -> u64 {
        0
    }
}
