impl Subject {
    pub fn recommend(&self, shelf: &str, tags: Vec<String>) -> usize {
        let __lumina_span = {
            static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
                &__LUMINA_SITE,
                "recommend",
                ::lumina::__private::core::module_path!(),
                ::lumina::__private::Level::INFO,
                ::lumina::__private::core::file!(),
                ::lumina::__private::core::line!(),
                ::lumina::__private::core::module_path!(),
                &["shelf", "tags", "shelf.length", "self.name", "cache.hit"],
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
                        ::lumina::__private::ToArg::to_arg(&shelf),
                        ::lumina::__private::debug(&tags),
                        ::lumina::__private::ToArg::to_arg(&shelf.len()),
                        ::lumina::__private::display(&self.name),
                        ::lumina::__private::Arg::Empty,
                    ],
                )
            }
        };
        '_lumina_body: { self.rank(shelf, &tags) }
    }
}
