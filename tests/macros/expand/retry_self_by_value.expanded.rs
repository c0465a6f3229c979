impl Subject {
    async fn send(self, to: Address) -> Result<(), Error> {
        let mut __lumina_call = {
            static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
                &__LUMINA_SITE,
                "send",
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
                "send.attempt",
                ::lumina::__private::core::module_path!(),
                ::lumina::__private::Level::INFO,
                ::lumina::__private::core::file!(),
                ::lumina::__private::core::line!(),
                ::lumina::__private::core::module_path!(),
                ::lumina::__private::ATTEMPT_KEYS,
                ::lumina::__private::SpanKind::Internal,
                ::lumina::__private::Operation::Unspecified,
            );
            #[allow(clippy::needless_update)]
            static __LUMINA_PLAN: ::lumina::__private::Plan = ::lumina::__private::Plan::new(
                    &__LUMINA_SITE,
                    &__LUMINA_ATTEMPT,
                    &__LUMINA_ATTEMPT,
                )
                .retry(::lumina::__private::Retry {
                    max: ::lumina::__private::calls(3),
                    backoff: ::lumina::__private::Backoff::exponential(
                        ::lumina::__private::core::time::Duration::from_millis(500u64),
                    ),
                    retry_after: true,
                });
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
            .takes_errors(::lumina::__private::takes_errors!(Result < (), Error >));
        let __lumina_value: Result<(), Error> = loop {
            match __lumina_call
                .attempt(
                    async {
                        #[allow(unreachable_code)]
                        if false {
                            let __lumina_return: Result<(), Error> = loop {};
                            return __lumina_return;
                        }
                        let __lumina_self = ::lumina::__private::AttemptArg::attempt_arg(
                            &self,
                        );
                        let to = ::lumina::__private::AttemptArg::attempt_arg(&to);
                        '_lumina_body: {
                            let request = __lumina_self;
                            request.send(to).await
                        }
                    },
                    ::lumina::__private::judge::<
                        Result<(), Error>,
                        _,
                    >(|__lumina_error, __lumina_judgement| {
                        ::lumina::__private::judge_error!(
                            __lumina_error, __lumina_judgement
                        );
                    }),
                    |__lumina_why| {
                        ::lumina::__private::taken_error!(
                            Result < (), Error >, __lumina_why
                        )
                    },
                )
                .await
            {
                ::lumina::__private::Step::Done(__lumina_done) => break __lumina_done,
                ::lumina::__private::Step::Again => {}
                ::lumina::__private::Step::Next(_) => ::lumina::__private::unreachable(),
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
