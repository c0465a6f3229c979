impl Subject {
    fn fetch(&self, url: &str) -> impl Future<Output = Result<Page, Error>> + Send {
        let mut __lumina_span = {
            static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
                &__LUMINA_SITE,
                "fetch",
                ::lumina::__private::core::module_path!(),
                ::lumina::__private::Level::INFO,
                ::lumina::__private::core::file!(),
                ::lumina::__private::core::line!(),
                ::lumina::__private::core::module_path!(),
                &["url"],
                ::lumina::__private::SpanKind::Internal,
                ::lumina::__private::Operation::Unspecified,
            );
            ::lumina::__private::listed!(
                ::lumina::__private::Listed::function(& __LUMINA_SITE, & [])
            );
            if __LUMINA_SITE.is_off() {
                ::lumina::__private::AsyncSpan::off()
            } else {
                ::lumina::__private::AsyncSpan::start(
                    &__LUMINA_SITE,
                    &[::lumina::__private::ToArg::to_arg(&url)],
                )
            }
        };
        let __lumina_future = __lumina_span
            .prepare(move || -> _ {
                '_lumina_body: {
                    let request = self.client.get(url);
                    async move { request.send().await }
                }
            });
        ::lumina::__private::Traced::new(
            __lumina_span,
            ::lumina::__private::outputs::<Result<Page, Error>, _>(__lumina_future),
            move |__lumina_value, __lumina_end| {
                ::lumina::__private::probe_outcome!(__lumina_value, __lumina_end);
            },
        )
    }
}
