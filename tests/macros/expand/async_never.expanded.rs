async fn serve(listener: Listener) -> ! {
    let __lumina_span = {
        static __LUMINA_SITE: ::lumina::__private::Site = ::lumina::__private::Site::new(
            &__LUMINA_SITE,
            "serve",
            ::lumina::__private::core::module_path!(),
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
    #[allow(unreachable_code)]
    {
        ::lumina::__private::Traced::new(
                __lumina_span,
                async move {
                    #[allow(unreachable_code)]
                    if false {
                        let __lumina_return: () = loop {};
                        return __lumina_return;
                    }
                    '_lumina_body: {
                        loop {
                            listener.accept().await;
                        }
                    }
                },
                ::lumina::__private::ignore,
            )
            .await;
        ::lumina::__private::core::unreachable!()
    }
}
