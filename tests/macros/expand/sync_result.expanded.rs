fn charge(amount_cents: u64, card: Card) -> Result<Receipt, Declined> {
    let __lumina_span = {
        static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
            &__LUMINA_SITE,
            "charge-card",
            "shop::billing",
            ::lumina::__private::Level::DEBUG,
            ::lumina::__private::core::file!(),
            ::lumina::__private::core::line!(),
            ::lumina::__private::core::module_path!(),
            &["amount_cents", "receipt.id", "decline.code"],
            ::lumina::__private::SpanKind::Client,
            ::lumina::__private::Operation::Unspecified,
        );
        ::lumina::__private::listed!(
            ::lumina::__private::Listed::function(& __LUMINA_SITE, & [])
        );
        if __LUMINA_SITE.is_off() {
            ::lumina::__private::SyncSpan::off()
        } else {
            ::lumina::__private::SyncSpan::enter(
                &__LUMINA_SITE,
                &[::lumina::__private::ToArg::to_arg(&amount_cents)],
            )
        }
    };
    let __lumina_value = ::lumina::__private::once(move || -> Result<Receipt, Declined> {
        let mut card = card;
        '_lumina_body: {
            card = card.verified()?;
            Ok(gateway::charge(card, amount_cents)?)
        }
    });
    __lumina_span
        .end(|__lumina_end| {
            ::lumina::__private::probe_outcome!(& __lumina_value, __lumina_end);
            if let ::lumina::__private::core::option::Option::Some(__lumina_seen) = {
                #[allow(unused_imports)]
                use ::lumina::__private::probe::PlainValue as _;
                ::lumina::__private::Probe(&__lumina_value).ok_value()
            } {
                match __lumina_seen {
                    receipt => {
                        __lumina_end
                            .set(
                                1usize,
                                ::lumina::__private::ToArg::to_arg(&receipt.id),
                            );
                    }
                }
            }
            if let ::lumina::__private::core::result::Result::Err(__lumina_seen) = &__lumina_value {
                match __lumina_seen {
                    error => {
                        __lumina_end
                            .set(
                                2usize,
                                ::lumina::__private::ToArg::to_arg(&error.code()),
                            );
                    }
                }
            }
        });
    __lumina_value
}
