fn count(#[cfg(feature = "a")] a: u32, #[cfg(all(unix, feature = "b"))] b: B) -> Total {
    let __lumina_span = {
        static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
            &__LUMINA_SITE,
            "count",
            ::lumina::__private::core::module_path!(),
            ::lumina::__private::Level::INFO,
            ::lumina::__private::core::file!(),
            ::lumina::__private::core::line!(),
            ::lumina::__private::core::module_path!(),
            &["a", "b", "total"],
            ::lumina::__private::SpanKind::Internal,
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
                &[
                    #[cfg(all(feature = "a"))]
                    ::lumina::__private::ToArg::to_arg(&a),
                    #[cfg(not(all(feature = "a")))]
                    ::lumina::__private::Arg::Empty,
                    #[cfg(all(all(unix, feature = "b")))]
                    ::lumina::__private::debug(&b),
                    #[cfg(not(all(all(unix, feature = "b"))))]
                    ::lumina::__private::Arg::Empty,
                ],
            )
        }
    };
    let __lumina_value = ::lumina::__private::once(move || -> Total {
        #[cfg(all(unix, feature = "b"))]
        let mut b = b;
        '_lumina_body: { total() }
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
                    n => {
                        __lumina_end
                            .set(2usize, ::lumina::__private::ToArg::to_arg(&(*n)));
                    }
                }
            }
        });
    __lumina_value
}
