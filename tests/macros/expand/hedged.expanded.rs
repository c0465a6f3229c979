async fn ask(client: &Client, prompt: String) -> Result<Answer, Error> {
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
            ::lumina::__private::HEDGED_ATTEMPT_KEYS,
            ::lumina::__private::SpanKind::Internal,
            ::lumina::__private::Operation::Unspecified,
        );
        #[allow(clippy::needless_update)]
        static __LUMINA_PLAN: ::lumina::__private::Plan = ::lumina::__private::Plan::new(
                &__LUMINA_SITE,
                &__LUMINA_ATTEMPT,
                &__LUMINA_ATTEMPT,
            )
            .attempt_timeout(
                ::lumina::__private::core::time::Duration::from_millis(10000u64),
            )
            .budget_own()
            .hedge(::lumina::__private::Hedge {
                max: ::lumina::__private::hedged_calls(3),
                after: ::lumina::__private::core::time::Duration::from_millis(2000u64),
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
    let __lumina_value: Result<Answer, Error> = match __lumina_call
        .hedged(
            || async {
                #[allow(unreachable_code)]
                if false {
                    let __lumina_return: Result<Answer, Error> = loop {};
                    return __lumina_return;
                }
                let mut prompt = ::lumina::__private::AttemptArg::attempt_arg(&prompt);
                '_lumina_body: {
                    prompt.push('?');
                    client.send(prompt).await
                }
            },
            ::lumina::__private::judge::<
                Result<Answer, Error>,
                _,
            >(|__lumina_error, __lumina_judgement| {
                ::lumina::__private::judge_error!(__lumina_error, __lumina_judgement);
            }),
            |__lumina_why| ::lumina::__private::FromInterrupted::from_interrupted(
                __lumina_why,
            ),
        )
        .await
    {
        ::lumina::__private::Step::Done(__lumina_done) => __lumina_done,
        _ => ::lumina::__private::unreachable(),
    };
    __lumina_call
        .finish(
            __lumina_value,
            |__lumina_seen, __lumina_end| {
                ::lumina::__private::probe_outcome!(__lumina_seen, __lumina_end);
            },
        )
}
