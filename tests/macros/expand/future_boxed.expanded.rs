impl Subject {
    fn call(
        &mut self,
        request: Request,
    ) -> Pin<Box<dyn Future<Output = Response> + Send>> {
        let mut __lumina_span = {
            static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
                &__LUMINA_SITE,
                "call",
                ::lumina::__private::core::module_path!(),
                ::lumina::__private::Level::INFO,
                ::lumina::__private::core::file!(),
                ::lumina::__private::core::line!(),
                ::lumina::__private::core::module_path!(),
                &[],
                ::lumina::__private::SpanKind::Internal,
                ::lumina::__private::Operation::Unspecified,
            );
            ::lumina::__private::listed!(
                ::lumina::__private::Listed::function(& __LUMINA_SITE, & [])
            );
            if __LUMINA_SITE.is_off() {
                ::lumina::__private::AsyncSpan::off()
            } else {
                ::lumina::__private::AsyncSpan::start(&__LUMINA_SITE, &[])
            }
        };
        let __lumina_future = __lumina_span
            .prepare(move || -> Pin<Box<dyn Future<Output = Response> + Send>> {
                '_lumina_body: {
                    if request.is_empty() {
                        return Box::pin(ready(Response::empty()));
                    }
                    self.inner.call(request)
                }
            });
        ::lumina::__private::std::boxed::Box::pin(
            ::lumina::__private::Traced::new(
                __lumina_span,
                __lumina_future,
                move |__lumina_value, __lumina_end| {
                    ::lumina::__private::probe_outcome!(__lumina_value, __lumina_end);
                },
            ),
        )
    }
}
