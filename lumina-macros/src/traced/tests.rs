use super::{disabled, traced};
use proc_macro2::TokenStream;
use quote::quote;

/// The messages of every `compile_error!` in an expansion.
fn errors(expanded: &TokenStream) -> Vec<String> {
    let file: syn::File = syn::parse2(expanded.clone()).expect("an expansion parses");
    let messages = file.items.iter().filter_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.segments.last()?.ident == "compile_error" => {
            Some(item.mac.parse_body::<syn::LitStr>().expect("a message").value())
        }
        _ => None,
    });
    messages.collect()
}

#[test]
fn a_body_that_does_not_parse_still_expands() {
    let expanded = traced(quote!(), quote!(fn f(a: u8) -> Result<(), E> { let = a @ ; fn }));
    let shown = expanded.to_string();
    assert!(!shown.contains("compile_error"), "{shown}");
    assert!(shown.contains(&quote!(let = a @ ; fn).to_string()), "{shown}");
}

#[test]
fn every_mistake_is_reported_and_the_item_stays() {
    let args = quote!(nmae = "x", level = 9, level = 3, skip(b), skip(c), attrs(a = , b = 1, b = 2), foo bar);
    let expanded = traced(
        args,
        quote!(
            pub fn f(#[redact] a: u8) {
                body()
            }
        ),
    );
    let found = errors(&expanded);
    assert_eq!(found.len(), 8, "{found:#?}");
    let item = quote!(
        pub fn f(a: u8) {
            body()
        }
    )
    .to_string();
    assert!(expanded.to_string().ends_with(&item), "{expanded}");
}

#[test]
fn an_item_that_is_no_function_has_one_error_and_stays() {
    for item in [
        quote!(
            struct S;
        ),
        quote!(impl S { fn f() {} }),
        quote!(
            unsafe impl T for S {}
        ),
        quote!(
            trait T {
                fn f();
            }
        ),
        quote!(
            const N: u8 = 1;
        ),
        quote!(
            const fn f() {}
        ),
        quote!(
            pub const unsafe fn f() {}
        ),
        quote!(
            mod m {}
        ),
        quote!(
            fn f();
        ),
    ] {
        let expanded = traced(quote!(), item.clone()).to_string();
        assert_eq!(expanded.matches("compile_error").count(), 1, "{expanded}");
        assert!(expanded.ends_with(&item.to_string()), "{expanded}");
    }
}

#[test]
fn only_the_given_path_is_named() {
    let item = quote!(
        async fn f(a: u8) -> Result<u8, E> {
            Ok(a)
        }
    );
    let args = quote!(capture(a), err, ret, ok(|v| v = *v), parent = p, crate = other::path);
    let expanded = traced(args, item).to_string();
    assert!(!expanded.contains(":: lumina"), "{expanded}");
    assert!(expanded.contains("other :: path :: __private"), "{expanded}");
}

#[test]
fn without_recording_the_item_is_the_original() {
    let item = quote! {
        #[inline] pub(crate) async unsafe fn f<'a, T>(&'a self, (a, _): (u8, T)) -> Option<&'a T> { a.b() }
    };
    let args = quote!("name", capture(all), ok(|v| v = v), llm);
    assert_eq!(disabled(args, item.clone()).to_string(), item.to_string());
}

#[test]
fn without_recording_redact_goes_and_a_named_span_stays() {
    let item = quote!(
        fn f(#[redact(pii)] a: u8) {
            a.b()
        }
    );
    let kept = quote!(
        fn f(a: u8) {
            a.b()
        }
    );
    assert_eq!(disabled(quote!(), item.clone()).to_string(), kept.to_string());
    let named = disabled(quote!(span = s, crate = x), item).to_string();
    assert!(named.contains("let s = x :: Context :: current () ;"), "{named}");
}

#[test]
fn without_recording_the_grammar_is_still_checked() {
    let expanded = disabled(
        quote!(levle = 1),
        quote!(
            fn f() {}
        ),
    );
    assert_eq!(errors(&expanded).len(), 1, "{expanded}");
}

#[test]
fn without_recording_a_policy_is_refused_since_it_would_do_nothing() {
    let sibling = disabled(
        quote!(),
        quote!(
            #[retry(max = 2)]
            fn f() -> Result<(), ()> {}
        ),
    );
    let long_form = disabled(
        quote!(timeout("1s")),
        quote!(
            async fn f() -> Result<(), ()> {}
        ),
    );
    for (expanded, policy) in [(sibling, "`retry`"), (long_form, "`timeout`")] {
        let messages = errors(&expanded);
        assert_eq!(messages.len(), 1, "{expanded}");
        assert!(
            messages[0].starts_with(policy) && messages[0].contains("`enable`"),
            "{messages:?}"
        );
        // The function stays, without the attribute that nobody would understand.
        assert!(
            expanded.to_string().contains("fn f ()") && !expanded.to_string().contains("# [retry")
        );
    }
}

#[test]
fn secrets_and_redaction_hold_in_every_place() {
    let refused = [
        quote!(capture(token)),
        quote!(capture(all)),
        quote!(fields(%token)),
        quote!(attrs(t = &*token)),
        quote!(attrs(t = token.as_str())),
        quote!(attrs(t = format!("{hidden}"))),
        quote!(attrs(t = hidden.len())),
        quote!(ok(|v| t = hidden.len())),
        quote!(err(|e| t = token.clone())),
        quote!(capture(raw(hidden))),
    ];
    for args in refused {
        let item = quote!(
            fn f(token: String, #[redact] hidden: String) -> Result<u8, E> {}
        );
        let found = errors(&traced(args.clone(), item));
        assert_eq!(found.len(), 1, "{args}: {found:?}");
    }
    let allowed = [
        quote!(capture(raw(token), hidden)),
        quote!(capture(all, raw(token))),
        quote!(capture(all), skip(token)),
        quote!(attrs(t = raw(token), n = token.len())),
        quote!(attrs(h = raw(hidden.len()))),
        quote!(ok(|hidden| h = hidden.len())),
    ];
    for args in allowed {
        let item = quote!(
            fn f(token: String, #[redact] hidden: String) -> Result<u8, E> {}
        );
        let found = errors(&traced(args.clone(), item));
        assert_eq!(found, Vec::<String>::new(), "{args}");
    }
}

#[test]
fn a_number_called_token_is_no_secret() {
    let expanded = traced(
        quote!(capture(all)),
        quote!(
            fn decode(token: u32) {}
        ),
    );
    assert_eq!(errors(&expanded), Vec::<String>::new());
}

#[test]
fn fragments_of_macro_rules_are_seen_through() {
    let group = |tokens| proc_macro2::Group::new(proc_macro2::Delimiter::None, tokens);
    let (name, level) = (group(quote!("name")), group(quote!(debug)));
    let body = group(quote!({ 1 }));
    let expanded = traced(quote!(name = #name, level = #level), quote!(fn f() -> u8 #body));
    let shown = expanded.to_string();
    assert!(shown.contains("\"name\"") && shown.contains("Level :: DEBUG"), "{shown}");
    let expanded = traced(
        quote!(#name),
        quote!(
            fn f() {}
        ),
    )
    .to_string();
    assert!(expanded.contains("\"name\""), "{expanded}");
}

#[test]
fn arguments_stand_in_any_order() {
    let expanded = traced(
        quote!(target = "t", parent = p, follows_from = q, "n"),
        quote!(
            fn f() {}
        ),
    );
    assert_eq!(errors(&expanded), Vec::<String>::new());
}

#[test]
fn a_hedged_method_of_an_async_trait_may_borrow_itself_but_not_exclusively() {
    let method = |receiver: TokenStream| {
        quote! {
            #[hedge(after = "1s")]
            fn get<'life0, 'async_trait>(
                #receiver self,
            ) -> ::core::pin::Pin<
                Box<
                    dyn ::core::future::Future<Output = Result<u8, Error>>
                        + ::core::marker::Send
                        + 'async_trait,
                >,
            >
            where
                'life0: 'async_trait,
                Self: 'async_trait,
            {
                Box::pin(async move {
                    let __self = self;
                    let __ret: Result<u8, Error> = { __self.load().await };
                    __ret
                })
            }
        }
    };
    assert_eq!(errors(&traced(quote!(), method(quote!(&'life0)))), [""; 0]);
    let found = errors(&traced(quote!(), method(quote!(&'life0 mut))));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("`&mut self`"), "{found:?}");
}
