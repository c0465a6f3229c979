async fn embed(text: &str, model: Model) -> Result<Vector, Error> {
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
        static __LUMINA_PLAN: ::lumina::__private::Plan = ::lumina::__private::Plan::new(
                &__LUMINA_SITE,
                &__LUMINA_SITE,
                &__LUMINA_SITE,
            )
            .cache(
                ::lumina::__private::cache::capacity(1000),
                ::lumina::__private::core::option::Option::Some(
                    ::lumina::__private::core::time::Duration::from_millis(3600000u64),
                ),
                false,
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
    let __lumina_value: Result<Vector, Error> = {
        let __lumina_keeps = {
            #[allow(unused_imports)]
            use ::lumina::__private::cache::{KeepsNothing as _, KeepsWhole as _};
            ::lumina::__private::cache::Keeping::<Result<Vector, Error>>::returned()
                .how()
        };
        let __lumina_key = __lumina_call
            .within(|| (
                {
                    #[allow(unused_imports)]
                    use ::lumina::__private::cache::{
                        NoKeyOfPlace as _, OwnKeyOfPlace as _,
                    };
                    ::lumina::__private::cache::KeyOfPlace(&text).key()
                },
                {
                    #[allow(unused_imports)]
                    use ::lumina::__private::cache::{
                        NoKeyOfPlace as _, OwnKeyOfPlace as _,
                    };
                    ::lumina::__private::cache::KeyOfPlace(&model).key()
                },
            ));
        match __lumina_call
            .cached(
                __lumina_keeps,
                ::lumina::__private::cache::scope(&|| {}),
                __lumina_key,
            )
            .await
        {
            ::lumina::__private::cache::Found::Hit(__lumina_hit) => {
                ::lumina::__private::cache::Keeps::give(__lumina_keeps, __lumina_hit)
            }
            ::lumina::__private::cache::Found::Miss(__lumina_ticket) => {
                let __lumina_made: Result<Vector, Error> = __lumina_call
                    .run(async {
                        #[allow(unreachable_code)]
                        if false {
                            let __lumina_return: Result<Vector, Error> = loop {};
                            return __lumina_return;
                        }
                        let mut model = model;
                        '_lumina_body: {
                            model.warm();
                            model.embed(text).await
                        }
                    })
                    .await;
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
