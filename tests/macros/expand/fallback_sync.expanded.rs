impl Subject {
    fn price(
        &self,
        #[cfg(feature = "regions")]
        region: Region,
        id: Id,
    ) -> Result<Price, Error> {
        let mut __lumina_call = {
            static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
                &__LUMINA_SITE,
                "price",
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
                "price.attempt",
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
                "price.fallback",
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
                .fallbacks(
                    &[
                        ::lumina::__private::FallbackPlan {
                            name: "stale",
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
            .takes_errors(::lumina::__private::takes_errors!(Result < Price, Error >));
        let __lumina_value: Result<Price, Error> = 'lumina: {
            if let ::lumina::__private::Step::Done(__lumina_done) = __lumina_call
                .attempt_sync(
                    || -> Result<Price, Error> {
                        #[cfg(feature = "regions")]
                        let region = ::lumina::__private::AttemptArg::attempt_arg(
                            &region,
                        );
                        let id = ::lumina::__private::AttemptArg::attempt_arg(&id);
                        '_lumina_body: {
                            self.fresh(#[cfg(feature = "regions")] region, id)
                        }
                    },
                    ::lumina::__private::judge::<
                        Result<Price, Error>,
                        _,
                    >(|__lumina_error, __lumina_judgement| {
                        ::lumina::__private::judge_error!(
                            __lumina_error, __lumina_judgement
                        );
                    }),
                    |__lumina_why| {
                        ::lumina::__private::taken_error!(
                            Result < Price, Error >, __lumina_why
                        )
                    },
                )
            {
                break 'lumina __lumina_done;
            }
            if __lumina_call.wants(0usize) {
                #[cfg(feature = "regions")]
                let __lumina_a0 = region;
                let __lumina_a1 = id;
                if let ::lumina::__private::Step::Done(__lumina_done) = __lumina_call
                    .fallback_sync(
                        0usize,
                        || -> Result<Price, Error> {
                            ::lumina::__private::resolve_now(
                                self
                                    .stale(#[cfg(feature = "regions")] __lumina_a0, __lumina_a1),
                            )
                        },
                        ::lumina::__private::judge::<
                            Result<Price, Error>,
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
}
