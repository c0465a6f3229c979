async fn find(id: u32) -> Result<impl Display, Error> {
    let __lumina_span = {
        static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
            &__LUMINA_SITE,
            "find",
            "shop",
            ::lumina::__private::Level::INFO,
            ::lumina::__private::core::file!(),
            ::lumina::__private::core::line!(),
            ::lumina::__private::core::module_path!(),
            &[],
            ::lumina::__private::SpanKind::Internal,
            ::lumina::__private::Operation::Unspecified,
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
    #[allow(clippy::async_yields_async)]
    {
        ::lumina::__private::Traced::new(
                __lumina_span,
                ::lumina::__private::Tap::new(
                    async move {
                        #[allow(unreachable_code)]
                        if false {
                            let __lumina_return: Result<_, Error> = loop {};
                            return __lumina_return;
                        }
                        '_lumina_body: { load(id).await }
                    },
                    |__lumina_value| {
                        if let ::lumina::__private::core::result::Result::Err(
                            __lumina_shown,
                        ) = __lumina_value {
                            ::lumina::__private::tracing::event!(
                                target : "shop", ::lumina::__private::Level::ERROR, error =
                                ? __lumina_shown
                            );
                        }
                        if let ::lumina::__private::core::result::Result::Ok(
                            __lumina_shown,
                        ) = __lumina_value {
                            ::lumina::__private::tracing::event!(
                                target : "shop", ::lumina::__private::Level::TRACE, return =
                                ? __lumina_shown
                            );
                        }
                    },
                ),
                move |__lumina_value, __lumina_end| {
                    ::lumina::__private::probe_outcome!(__lumina_value, __lumina_end);
                },
            )
            .await
    }
}
