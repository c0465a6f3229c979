impl Subject {
    pub async fn ask<'a>(&'a self, prompt: &'a str) -> Result<Answer, Error> {
        let __lumina_span = {
            static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
                &__LUMINA_SITE,
                "ask",
                ::lumina::__private::core::module_path!(),
                ::lumina::__private::Level::INFO,
                ::lumina::__private::core::file!(),
                ::lumina::__private::core::line!(),
                ::lumina::__private::core::module_path!(),
                &["gen_ai.request.model", "usage.output_tokens"],
                ::lumina::__private::SpanKind::Internal,
                ::lumina::__private::Operation::Llm,
            );
            ::lumina::__private::listed!(
                ::lumina::__private::Listed::function(& __LUMINA_SITE, & [])
            );
            if __LUMINA_SITE.is_off() {
                ::lumina::__private::AsyncSpan::off()
            } else {
                ::lumina::__private::AsyncSpan::start(
                    &__LUMINA_SITE,
                    &[::lumina::__private::ToArg::to_arg(&self.model)],
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
                            let __lumina_return: Result<Answer, Error> = loop {};
                            return __lumina_return;
                        }
                        let mut prompt = prompt;
                        '_lumina_body: {
                            prompt = prompt.trim();
                            self.client.send(prompt).await
                        }
                    },
                    move |__lumina_value, __lumina_end| {
                        ::lumina::__private::probe_outcome!(
                            __lumina_value, __lumina_end
                        );
                        if let ::lumina::__private::core::option::Option::Some(
                            __lumina_seen,
                        ) = {
                            #[allow(unused_imports)]
                            use ::lumina::__private::probe::PlainValue as _;
                            ::lumina::__private::Probe(__lumina_value).ok_value()
                        } {
                            match __lumina_seen {
                                answer => {
                                    __lumina_end
                                        .set(
                                            1usize,
                                            ::lumina::__private::ToArg::to_arg(&answer.tokens),
                                        );
                                }
                            }
                        }
                    },
                )
                .await
        }
    }
}
