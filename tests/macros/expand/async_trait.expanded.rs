impl Subject {
    fn get<'life0, 'async_trait>(
        &'life0 self,
        key: String,
    ) -> ::core::pin::Pin<
        Box<
            dyn ::core::future::Future<
                Output = Result<String, Error>,
            > + ::core::marker::Send + 'async_trait,
        >,
    >
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(async move {
            let __lumina_span = {
                static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
                    &__LUMINA_SITE,
                    "get",
                    ::lumina::__private::core::module_path!(),
                    ::lumina::__private::Level::INFO,
                    ::lumina::__private::core::file!(),
                    ::lumina::__private::core::line!(),
                    ::lumina::__private::core::module_path!(),
                    &["key"],
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
                        &[::lumina::__private::ToArg::to_arg(&key)],
                    )
                }
            };
            #[allow(clippy::async_yields_async)]
            {
                ::lumina::__private::Traced::new(
                        __lumina_span,
                        ::lumina::__private::Tap::new(
                            async move {
                                #[allow(unreachable_code)]
                                if false {
                                    let __lumina_return: Result<String, Error> = loop {};
                                    return __lumina_return;
                                }
                                '_lumina_body: {
                                    let __self = self;
                                    let key = key;
                                    let __ret: Result<String, Error> = {
                                        __self.load(key).await
                                    };
                                    __ret
                                }
                            },
                            |__lumina_value| {
                                if let ::lumina::__private::core::result::Result::Err(
                                    __lumina_shown,
                                ) = __lumina_value {
                                    ::lumina::__private::tracing::event!(
                                        target : ::lumina::__private::core::module_path!(),
                                        ::lumina::__private::Level::ERROR, error = % __lumina_shown
                                    );
                                }
                            },
                        ),
                        move |__lumina_value, __lumina_end| {
                            ::lumina::__private::probe_outcome!(
                                __lumina_value, __lumina_end
                            );
                        },
                    )
                    .await
            }
        })
    }
}
