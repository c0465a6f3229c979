async fn answer(question: String, budget: &mut Budget) -> Result<Answer, Error> {
    let mut __lumina_call = {
        static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
            &__LUMINA_SITE,
            "answer",
            ::lumina::__private::core::module_path!(),
            ::lumina::__private::Level::INFO,
            ::lumina::__private::core::file!(),
            ::lumina::__private::core::line!(),
            ::lumina::__private::core::module_path!(),
            &[],
            ::lumina::__private::SpanKind::Internal,
            ::lumina::__private::Operation::Unspecified,
        );
        static __LUMINA_ATTEMPT: ::lumina::__private::Site = ::lumina::__private::Site::new(
            &__LUMINA_ATTEMPT,
            "answer.attempt",
            ::lumina::__private::core::module_path!(),
            ::lumina::__private::Level::INFO,
            ::lumina::__private::core::file!(),
            ::lumina::__private::core::line!(),
            ::lumina::__private::core::module_path!(),
            ::lumina::__private::ATTEMPT_KEYS,
            ::lumina::__private::SpanKind::Internal,
            ::lumina::__private::Operation::Unspecified,
        );
        static __LUMINA_FALLBACK: ::lumina::__private::Site = ::lumina::__private::Site::new(
            &__LUMINA_FALLBACK,
            "answer.fallback",
            ::lumina::__private::core::module_path!(),
            ::lumina::__private::Level::INFO,
            ::lumina::__private::core::file!(),
            ::lumina::__private::core::line!(),
            ::lumina::__private::core::module_path!(),
            ::lumina::__private::FALLBACK_KEYS,
            ::lumina::__private::SpanKind::Internal,
            ::lumina::__private::Operation::Unspecified,
        );
        #[allow(clippy::needless_update)]
        static __LUMINA_PLAN: ::lumina::__private::Plan = ::lumina::__private::Plan::new(
                &__LUMINA_SITE,
                &__LUMINA_ATTEMPT,
                &__LUMINA_FALLBACK,
            )
            .retry(::lumina::__private::Retry {
                max: ::lumina::__private::calls(3),
                backoff: ::lumina::__private::Backoff::exponential(
                    ::lumina::__private::core::time::Duration::from_millis(500u64),
                ),
                retry_after: true,
            })
            .fallbacks(
                &[
                    ::lumina::__private::FallbackPlan {
                        name: "secondary",
                        level: ::lumina::__private::core::option::Option::None,
                        timeout: ::lumina::__private::core::option::Option::Some(
                            ::lumina::__private::core::time::Duration::from_millis(
                                2000u64,
                            ),
                        ),
                    },
                    ::lumina::__private::FallbackPlan {
                        name: "cache",
                        level: ::lumina::__private::core::option::Option::None,
                        timeout: ::lumina::__private::core::option::Option::None,
                    },
                    ::lumina::__private::FallbackPlan {
                        name: "value",
                        level: ::lumina::__private::core::option::Option::Some(
                            "emergency",
                        ),
                        timeout: ::lumina::__private::core::option::Option::None,
                    },
                ],
            );
        ::lumina::__private::listed!(
            ::lumina::__private::Listed::function(& __LUMINA_SITE, & []).with_policies(&
            __LUMINA_PLAN)
        );
        ::lumina::__private::Call::new(
            &__LUMINA_PLAN,
            if __LUMINA_SITE.is_off() {
                ::lumina::__private::AsyncSpan::off()
            } else {
                ::lumina::__private::AsyncSpan::start(&__LUMINA_SITE, &[])
            },
        )
    };
    let __lumina_value: Result<Answer, Error> = 'lumina: {
        let __lumina_error = loop {
            match __lumina_call
                .attempt(
                    async {
                        #[allow(unreachable_code)]
                        if false {
                            let __lumina_return: Result<Answer, Error> = loop {};
                            return __lumina_return;
                        }
                        let question = ::lumina::__private::AttemptArg::attempt_arg(
                            &question,
                        );
                        let budget = &mut *budget;
                        '_lumina_body: { primary(question, budget).await }
                    },
                    ::lumina::__private::judge::<
                        Result<Answer, Error>,
                        _,
                    >(|__lumina_error, __lumina_judgement| {
                        ::lumina::__private::judge_error!(
                            __lumina_error, __lumina_judgement
                        );
                        __lumina_judgement
                            .accept_fallback(
                                1usize,
                                ::lumina::__private::holds(__lumina_error, Error::is_outage),
                            );
                    }),
                    |__lumina_why| ::lumina::__private::FromInterrupted::from_interrupted(
                        __lumina_why,
                    ),
                )
                .await
            {
                ::lumina::__private::Step::Done(__lumina_done) => {
                    break 'lumina __lumina_done;
                }
                ::lumina::__private::Step::Again => {}
                ::lumina::__private::Step::Next(__lumina_error) => break __lumina_error,
            }
        };
        let __lumina_error = if __lumina_call.wants(0usize) {
            #[allow(clippy::drop_non_drop)]
            ::lumina::__private::core::mem::drop(__lumina_error);
            let __lumina_a0 = ::lumina::__private::AttemptArg::attempt_arg(&question);
            let __lumina_a1 = &mut *budget;
            let __lumina_next = match __lumina_call
                .fallback(
                    0usize,
                    ::lumina::__private::core::marker::PhantomData::<
                        Result<Answer, Error>,
                    >,
                    || secondary(__lumina_a0, __lumina_a1),
                    ::lumina::__private::judge::<
                        Result<Answer, Error>,
                        _,
                    >(|__lumina_error, __lumina_judgement| {
                        ::lumina::__private::judge_error!(
                            __lumina_error, __lumina_judgement
                        );
                        __lumina_judgement
                            .accept_fallback(
                                1usize,
                                ::lumina::__private::holds(__lumina_error, Error::is_outage),
                            );
                    }),
                    |__lumina_why| ::lumina::__private::FromInterrupted::from_interrupted(
                        __lumina_why,
                    ),
                )
                .await
            {
                ::lumina::__private::Step::Done(__lumina_done) => {
                    break 'lumina __lumina_done;
                }
                ::lumina::__private::Step::Next(__lumina_next) => __lumina_next,
                ::lumina::__private::Step::Again => ::lumina::__private::unreachable(),
            };
            __lumina_next
        } else {
            __lumina_error
        };
        if __lumina_call.wants(1usize) {
            let error = __lumina_error;
            if let ::lumina::__private::Step::Done(__lumina_done) = __lumina_call
                .fallback(
                    1usize,
                    ::lumina::__private::core::marker::PhantomData::<
                        Result<Answer, Error>,
                    >,
                    || cached(&question, error),
                    ::lumina::__private::judge::<
                        Result<Answer, Error>,
                        _,
                    >(|__lumina_error, __lumina_judgement| {
                        ::lumina::__private::judge_error!(
                            __lumina_error, __lumina_judgement
                        );
                    }),
                    |__lumina_why| ::lumina::__private::FromInterrupted::from_interrupted(
                        __lumina_why,
                    ),
                )
                .await
            {
                break 'lumina __lumina_done;
            }
        }
        if __lumina_call.wants(2usize) {
            if let ::lumina::__private::Step::Done(__lumina_done) = __lumina_call
                .fallback_sync(
                    2usize,
                    || -> Result<Answer, Error> {
                        <Result<
                            Answer,
                            Error,
                        > as ::lumina::__private::Fallible>::from_ok(
                            Answer::unknown(question),
                        )
                    },
                    ::lumina::__private::judge::<
                        Result<Answer, Error>,
                        _,
                    >(|__lumina_error, __lumina_judgement| {
                        ::lumina::__private::judge_error!(
                            __lumina_error, __lumina_judgement
                        );
                    }),
                )
            {
                break 'lumina __lumina_done;
            }
        }
        ::lumina::__private::unreachable()
    };
    __lumina_call
        .finish(
            __lumina_value,
            |__lumina_seen, __lumina_end| {
                ::lumina::__private::probe_outcome!(__lumina_seen, __lumina_end);
            },
        )
}
