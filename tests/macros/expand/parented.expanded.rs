fn handle(request: &Request, causes: &[Id]) {
    let __lumina_span = {
        static __LUMINA_SITE: crate::instrument::__private::Site = crate::instrument::__private::Site::new(
            &__LUMINA_SITE,
            "handle",
            crate::instrument::__private::core::module_path!(),
            crate::instrument::__private::Level::INFO,
            crate::instrument::__private::core::file!(),
            crate::instrument::__private::core::line!(),
            crate::instrument::__private::core::module_path!(),
            &[],
            crate::instrument::__private::SpanKind::Internal,
            crate::instrument::__private::Operation::Unspecified,
        );
        crate::instrument::__private::listed!(
            crate ::instrument::__private::Listed::function(& __LUMINA_SITE, & [])
        );
        if __LUMINA_SITE.is_off() {
            crate::instrument::__private::SyncSpan::off()
        } else {
            let mut __lumina_follows = <crate::instrument::__private::Follows as crate::instrument::__private::core::default::Default>::default();
            for __lumina_cause in causes {
                __lumina_follows
                    .push({
                        #[allow(unused_imports)]
                        use crate::instrument::__private::{
                            ByIntoId as _, ByIntoParent as _, ByNothing as _,
                        };
                        (&&&crate::instrument::__private::ParentProbe::new(
                            __lumina_cause,
                        ))
                            .parent()
                    });
            }
            crate::instrument::__private::SyncSpan::enter_with(
                &__LUMINA_SITE,
                &[],
                crate::instrument::__private::Extra {
                    parent: crate::instrument::__private::core::option::Option::Some({
                        #[allow(unused_imports)]
                        use crate::instrument::__private::{
                            ByIntoId as _, ByIntoParent as _, ByNothing as _,
                        };
                        (&&&crate::instrument::__private::ParentProbe::new(
                            request.span(),
                        ))
                            .parent()
                    }),
                    links: &__lumina_follows.links,
                    link_ids: &__lumina_follows.ids,
                },
            )
        }
    };
    let here = crate::instrument::__private::Context::current();
    '_lumina_body: {
        here.traceparent();
    }
}
