impl Subject {
    fn ask(&self, prompt: &str) -> Result<Answer, Error> {
        let mut __lumina_call = {
            static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
                &__LUMINA_SITE,
                "ask",
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
                "ask.attempt",
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
                "ask.fallback",
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
                .cache(
                    ::lumina::__private::cache::capacity(10000),
                    ::lumina::__private::core::option::Option::None,
                    true,
                )
                .fallbacks(
                    &[
                        ::lumina::__private::FallbackPlan {
                            name: "value",
                            level: ::lumina::__private::core::option::Option::None,
                            timeout: ::lumina::__private::core::option::Option::None,
                        },
                    ],
                );
            ::lumina::__private::listed!(
                ::lumina::__private::Listed::function(& __LUMINA_SITE, & [])
                .with_policies(& __LUMINA_PLAN)
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
        __lumina_call
            .takes_errors(::lumina::__private::takes_errors!(Result < Answer, Error >));
        let __lumina_value: Result<Answer, Error> = {
            let __lumina_keeps = {
                #[allow(unused_imports)]
                use ::lumina::__private::cache::{KeepsNothing as _, KeepsWhole as _};
                ::lumina::__private::cache::Keeping::<Result<Answer, Error>>::returned()
                    .how()
            };
            let __lumina_key = __lumina_call
                .within(|| (
                    {
                        #[allow(unused_imports)]
                        use ::lumina::__private::cache::{
                            NoKeyOfPlace as _, OwnKeyOfPlace as _,
                        };
                        ::lumina::__private::cache::KeyOfPlace(&self.id).key()
                    },
                    {
                        #[allow(unused_imports)]
                        use ::lumina::__private::cache::{NoKeyOf as _, OwnKey as _};
                        ::lumina::__private::cache::KeyOf(prompt.trim()).key()
                    },
                ));
            match __lumina_call
                .cached_sync(
                    __lumina_keeps,
                    ::lumina::__private::cache::scope(&|| {}),
                    __lumina_key,
                )
            {
                ::lumina::__private::cache::Found::Hit(__lumina_hit) => {
                    ::lumina::__private::cache::Keeps::give(__lumina_keeps, __lumina_hit)
                }
                ::lumina::__private::cache::Found::Miss(__lumina_ticket) => {
                    let __lumina_made: Result<Answer, Error> = 'lumina: {
                        if let ::lumina::__private::Step::Done(__lumina_done) = __lumina_call
                            .attempt_sync(
                                || -> Result<Answer, Error> {
                                    '_lumina_body: { self.client.send(prompt) }
                                },
                                ::lumina::__private::judge::<
                                    Result<Answer, Error>,
                                    _,
                                >(|__lumina_error, __lumina_judgement| {
                                    ::lumina::__private::judge_error!(
                                        __lumina_error, __lumina_judgement
                                    );
                                }),
                                |__lumina_why| {
                                    ::lumina::__private::taken_error!(
                                        Result < Answer, Error >, __lumina_why
                                    )
                                },
                            )
                        {
                            break 'lumina __lumina_done;
                        }
                        if __lumina_call.wants(0usize) {
                            if let ::lumina::__private::Step::Done(__lumina_done) = __lumina_call
                                .fallback_sync(
                                    0usize,
                                    || -> Result<Answer, Error> {
                                        <Result<
                                            Answer,
                                            Error,
                                        > as ::lumina::__private::Fallible>::from_ok(
                                            Answer::canned(),
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
                    __lumina_call.keep(__lumina_ticket, __lumina_made)
                }
            }
        };
        __lumina_call
            .finish(
                __lumina_value,
                |__lumina_seen, __lumina_end| {
                    ::lumina::__private::probe_outcome!(__lumina_seen, __lumina_end);
                },
            )
    }
}
