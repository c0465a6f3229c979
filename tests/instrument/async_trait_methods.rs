//! Methods that async-trait has rewritten before the macro sees them.

use crate::{Pending, block_on, polled, see};
use async_trait::async_trait;
use std::any::type_name;
use tracing_mock::{expect, subscriber};

#[async_trait]
trait Shop {
    async fn open();
    async fn look(&self, shelf: usize) -> usize;
    async fn restock(&mut self, shelf: usize) -> usize;
}

#[derive(Clone, Debug)]
struct Corner {
    stock: usize,
}

impl Corner {
    fn count(&self) -> usize {
        self.stock
    }
}

#[async_trait]
impl Shop for Corner {
    #[lumina::traced(capture(all))]
    async fn open() {}

    #[lumina::traced(capture(all), skip(self), fields(count = self.count(), copied = Self::clone(self).count(), next = %shelf + 1))]
    async fn look(&self, shelf: usize) -> usize {
        Pending(1).await;
        self.stock + shelf
    }

    #[lumina::traced(capture(all), fields(Self = type_name::<Self>()))]
    async fn restock(&mut self, shelf: usize) -> usize {
        self.stock += shelf;
        self.look(shelf).await
    }
}

#[test]
fn a_method_without_self_has_a_span() {
    let span = expect::span().named("open");
    let expected = subscriber::mock().new_span(span.clone());
    see(polled(expected, &span, 1), || block_on(Corner::open()));
}

#[test]
fn fields_may_use_self_and_the_type_of_self() {
    let span = expect::span().named("look");
    let fields = expect::field("shelf")
        .with_value(&2usize)
        .and(expect::field("count").with_value(&7usize))
        .and(expect::field("copied").with_value(&7usize))
        .and(expect::field("next").with_value(&tracing::field::display(3)))
        .only();
    let expected = subscriber::mock().new_span(span.clone().with_fields(fields));
    assert_eq!(see(polled(expected, &span, 2), || block_on(Corner { stock: 7 }.look(2))), 9);
}

#[test]
fn calls_through_self_nest() {
    let (outer, inner) = (expect::span().named("restock"), expect::span().named("look"));
    let fields = expect::field("self")
        .with_value(&tracing::field::debug(Corner { stock: 1 }))
        .and(expect::field("shelf").with_value(&3usize))
        .and(expect::field("Self").with_value(&type_name::<Corner>()))
        .only();
    let expected = subscriber::mock()
        .new_span(outer.clone().with_fields(fields))
        .enter(outer.clone())
        .new_span(inner.clone().with_ancestry(expect::has_contextual_parent("restock")))
        .enter(inner.clone())
        .exit(inner.clone())
        .exit(outer.clone())
        .enter(outer.clone())
        .enter(inner.clone())
        .exit(inner.clone())
        .enter(inner.clone())
        .exit(inner.clone())
        .drop_span(inner)
        .exit(outer.clone())
        .enter(outer.clone())
        .exit(outer.clone())
        .drop_span(outer);
    assert_eq!(see(expected, || block_on(Corner { stock: 1 }.restock(3))), 7);
}
