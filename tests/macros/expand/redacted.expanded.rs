impl Subject {
    fn sign_in(&self, password: &str, email: &str, card: &str, (retries, _): (u8, u8)) {
        let __lumina_span = {
            static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
                &__LUMINA_SITE,
                "sign_in",
                ::lumina::__private::core::module_path!(),
                ::lumina::__private::Level::INFO,
                ::lumina::__private::core::file!(),
                ::lumina::__private::core::line!(),
                ::lumina::__private::core::module_path!(),
                &["password", "email", "card", "retries"],
                ::lumina::__private::SpanKind::Internal,
                ::lumina::__private::Operation::Unspecified,
            );
            ::lumina::__private::listed!(
                ::lumina::__private::Listed::function(& __LUMINA_SITE, & [0usize, 1usize,
                2usize])
            );
            if __LUMINA_SITE.is_off() {
                ::lumina::__private::SyncSpan::off()
            } else {
                ::lumina::__private::SyncSpan::enter(
                    &__LUMINA_SITE,
                    &[
                        ::lumina::__private::redacted("REDACTED"),
                        ::lumina::__private::redacted("PII"),
                        ::lumina::__private::ToArg::to_arg(
                            &::lumina::__private::Redacted::by(|| last_four(&card)),
                        ),
                        ::lumina::__private::debug(&retries),
                    ],
                )
            }
        };
        '_lumina_body: {}
    }
}
