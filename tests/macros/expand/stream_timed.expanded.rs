impl Subject {
    async fn tokens(
        &self,
        prompt: &str,
    ) -> Result<impl Stream<Item = Result<Token, Error>>, Error> {
        let mut __lumina_span = {
            static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
                &__LUMINA_SITE,
                "tokens",
                ::lumina::__private::core::module_path!(),
                ::lumina::__private::Level::INFO,
                ::lumina::__private::core::file!(),
                ::lumina::__private::core::line!(),
                ::lumina::__private::core::module_path!(),
                &[],
                ::lumina::__private::SpanKind::Internal,
                ::lumina::__private::Operation::Llm,
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
        let __lumina_asked = __lumina_span.asked();
        #[allow(unused_mut)]
        let mut __lumina_clock = ::lumina::__private::StreamClock::new(
            ::lumina::__private::core::option::Option::Some(
                ::lumina::__private::core::time::Duration::from_millis(3000u64),
            ),
            ::lumina::__private::core::option::Option::Some(
                ::lumina::__private::core::time::Duration::from_millis(5000u64),
            ),
            ::lumina::__private::core::option::Option::None,
        );
        let __lumina_value = ::lumina::__private::InSpan::new(
                &mut __lumina_span,
                ::lumina::__private::Making::new(
                    &mut __lumina_clock,
                    async move {
                        #[allow(unreachable_code)]
                        if false {
                            let __lumina_return: Result<_, Error> = loop {};
                            return __lumina_return;
                        }
                        '_lumina_body: { self.client.stream(prompt).await }
                    },
                ),
            )
            .await;
        let __lumina_value = ::lumina::__private::core::option::Option::transpose(
            __lumina_value,
        );
        match __lumina_value {
            ::lumina::__private::core::result::Result::Ok(__lumina_stream) => {
                ::lumina::__private::core::result::Result::Ok(
                    ::lumina::__private::TracedStream::new(
                        __lumina_span,
                        __lumina_asked,
                        ::lumina::__private::TimedStream::new(
                            __lumina_stream,
                            __lumina_clock,
                            |__lumina_why| ::lumina::__private::TimedItem::from_err(
                                ::lumina::__private::IntoErr::into_err(
                                    Error::Late,
                                    __lumina_why,
                                ),
                            ),
                        ),
                        |__lumina_item: &Result<Token, Error>, __lumina_end| {
                            ::lumina::__private::probe_outcome!(
                                __lumina_item, __lumina_end
                            );
                        },
                    ),
                )
            }
            ::lumina::__private::core::result::Result::Err(__lumina_error) => {
                let __lumina_failed = ::lumina::__private::core::result::Result::<
                    ::lumina::__private::core::convert::Infallible,
                    _,
                >::Err(__lumina_error);
                __lumina_span
                    .end(|__lumina_end| {
                        ::lumina::__private::probe_outcome!(
                            & __lumina_failed, __lumina_end
                        );
                    });
                let ::lumina::__private::core::result::Result::Err(__lumina_error) = __lumina_failed;
                ::lumina::__private::core::result::Result::Err(__lumina_error)
            }
        }
    }
}
