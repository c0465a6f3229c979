impl Subject {
    fn get<'a>(
        &'a self,
        key: String,
    ) -> Pin<Box<dyn Future<Output = Result<String, Error>> + Send + 'a>> {
        #[allow(clippy::used_underscore_binding)]
        async fn __get(_self: &Store, key: String) -> Result<String, Error> {
            let __lumina_span = {
                static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
                    &__LUMINA_SITE,
                    "get",
                    ::lumina::__private::core::module_path!(),
                    ::lumina::__private::Level::INFO,
                    ::lumina::__private::core::file!(),
                    ::lumina::__private::core::line!(),
                    ::lumina::__private::core::module_path!(),
                    &["self.name"],
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
                        &[::lumina::__private::display(&_self.name)],
                    )
                }
            };
            #[allow(clippy::async_yields_async)]
            {
                ::lumina::__private::Traced::new(
                        __lumina_span,
                        async move {
                            #[allow(unreachable_code)]
                            if false {
                                let __lumina_return: Result<String, Error> = loop {};
                                return __lumina_return;
                            }
                            '_lumina_body: { _self.load(key).await }
                        },
                        move |__lumina_value, __lumina_end| {
                            ::lumina::__private::probe_outcome!(
                                __lumina_value, __lumina_end
                            );
                        },
                    )
                    .await
            }
        }
        Box::pin(__get(self, key))
    }
}
