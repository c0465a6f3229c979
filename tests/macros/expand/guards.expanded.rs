async fn embed<T: AsRef<str>>((first, second): (T, T)) -> Result<Vec<f32>, Error> {
    let mut __lumina_call = {
        static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
            &__LUMINA_SITE,
            "embed",
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
            "embed.attempt",
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
            .total_timeout(
                ::lumina::__private::core::time::Duration::from_millis(30000u64),
            )
            .breaker_named(
                "provider",
                ::lumina::__private::BreakerConfig {
                    rate: 0.3f64,
                    ..::lumina::__private::BreakerConfig::DEFAULT
                },
            )
            .limit_named("provider")
            .concurrency(8, 100)
            .max_wait(::lumina::__private::core::time::Duration::from_millis(10000u64))
            .rate(::lumina::__private::RateConfig {
                requests_per_minute: ::lumina::__private::core::option::Option::Some(
                    ::lumina::__private::calls(600),
                ),
                tokens_per_minute: ::lumina::__private::core::option::Option::Some(
                    ::lumina::__private::tokens_a_minute(90000),
                ),
                max_wait: ::lumina::__private::core::time::Duration::from_millis(
                    10000u64,
                ),
                ..::lumina::__private::RateConfig::DEFAULT
            });
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
    let __lumina_value: Result<Vec<f32>, Error> = {
        __lumina_call.cost(|| ::lumina::__private::tokens(first.as_ref().len()));
        match __lumina_call
            .attempt_until(
                async {
                    #[allow(unreachable_code)]
                    if false {
                        let __lumina_return: Result<Vec<f32>, Error> = loop {};
                        return __lumina_return;
                    }
                    let first = first;
                    let second = second;
                    '_lumina_body: { model(first.as_ref(), second.as_ref()).await }
                },
                ::lumina::__private::judge::<
                    Result<Vec<f32>, Error>,
                    _,
                >(|__lumina_error, __lumina_judgement| {
                    ::lumina::__private::judge_error!(
                        __lumina_error, __lumina_judgement
                    );
                }),
                |__lumina_why| match __lumina_why {
                    ::lumina::__private::Interrupted::Timeout { .. }
                    | ::lumina::__private::Interrupted::Deadline { .. } => {
                        ::lumina::__private::IntoErr::into_err(Error::Late, __lumina_why)
                    }
                    ::lumina::__private::Interrupted::CircuitOpen { .. } => {
                        ::lumina::__private::interrupted_by(
                            __lumina_why,
                            |_| Error::Down,
                        )
                    }
                    _ => {
                        ::lumina::__private::FromInterrupted::from_interrupted(
                            __lumina_why,
                        )
                    }
                },
                ::lumina::__private::using::<
                    Result<Vec<f32>, Error>,
                    _,
                    _,
                >(
                    |__lumina_ok| ::lumina::__private::used_tokens(
                        __lumina_ok,
                        |vector| vector.len(),
                    ),
                    ::lumina::__private::Anything,
                ),
            )
            .await
        {
            ::lumina::__private::Step::Done(__lumina_done) => __lumina_done,
            _ => ::lumina::__private::unreachable(),
        }
    };
    __lumina_call
        .within(|| {
            if let ::lumina::__private::core::result::Result::Err(__lumina_shown) = &__lumina_value {
                ::lumina::__private::tracing::event!(
                    target : ::lumina::__private::core::module_path!(),
                    ::lumina::__private::Level::ERROR, error = % __lumina_shown
                );
            }
        });
    __lumina_call
        .finish(
            __lumina_value,
            |__lumina_seen, __lumina_end| {
                ::lumina::__private::probe_outcome!(__lumina_seen, __lumina_end);
            },
        )
}
