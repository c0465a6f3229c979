//! Which expressions would put a secret into an attribute.
//!
//! A guess by name, and on purpose a coarse one: the answer to a wrong guess is one word, `raw(..)`;
//! the answer to a leaked password is not.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::{Expr, Ident, Member};

/// Words that name a secret when a name ends in one: `token` and `access_token`, not `max_tokens`.
const SECRET_WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "api_key",
    "apikey",
    "private_key",
    "secret_key",
    "access_key",
    "authorization",
    "credential",
    "credentials",
    "ssn",
];

pub(crate) fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| {
        name.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
    })
}

/// The variable or field whose whole value `expr` is, however it is borrowed or copied.
pub(crate) fn whole_value(expr: &Expr) -> Option<Whole> {
    /// Methods that hand over the same text.
    const TRANSPARENT: &[&str] = &[
        "as_bytes",
        "as_deref",
        "as_mut",
        "as_ref",
        "as_str",
        "borrow",
        "clone",
        "cloned",
        "deref",
        "expose_secret",
        "into",
        "into_string",
        "to_owned",
        "to_string",
        "unwrap",
    ];
    match expr {
        Expr::Group(expr) => whole_value(&expr.expr),
        Expr::Paren(expr) => whole_value(&expr.expr),
        Expr::Reference(expr) => whole_value(&expr.expr),
        Expr::Unary(expr) if matches!(expr.op, syn::UnOp::Deref(_)) => whole_value(&expr.expr),
        Expr::Index(expr) if matches!(*expr.index, Expr::Range(_)) => whole_value(&expr.expr),
        Expr::MethodCall(call) if TRANSPARENT.iter().any(|method| call.method == method) => {
            whole_value(&call.receiver)
        }
        Expr::Path(path) => path.path.get_ident().map(|ident| Whole::Variable(ident.clone())),
        Expr::Field(field) => match &field.member {
            Member::Named(ident) => Some(Whole::Field(ident.clone())),
            Member::Unnamed(_) => None,
        },
        _ => None,
    }
}

pub(crate) enum Whole {
    Variable(Ident),
    Field(Ident),
}

/// Where `tokens` use the variable `name`: as a word, or inside a format string.
pub(crate) fn mention(tokens: TokenStream, name: &str) -> Option<Span> {
    let mut after_dot = false;
    for token in tokens {
        let found = match &token {
            TokenTree::Ident(ident) => (!after_dot && ident.unraw() == name).then(|| ident.span()),
            TokenTree::Group(group) => mention(group.stream(), name),
            TokenTree::Literal(literal) => {
                formats(&literal.to_string(), name).then(|| literal.span())
            }
            TokenTree::Punct(_) => None,
        };
        if found.is_some() {
            return found;
        }
        after_dot = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
    }
    None
}

/// Whether a format string of this text would print `name`: `{name}`, `{name:?}`.
fn formats(literal: &str, name: &str) -> bool {
    literal.split('{').skip(1).any(|rest| {
        rest.trim_start()
            .strip_prefix(name)
            .is_some_and(|rest| rest.trim_start().starts_with(['}', ':']))
    })
}

/// The mistake of recording `name` by `expr`.
pub(crate) fn refusal(name: &Ident, expr: &Expr) -> syn::Error {
    let message = format!(
        "`{name}` looks like a secret and would be recorded as it is: leave it out, put `#[redact]` \
         on the parameter, or write `raw(..)` around it if it is none"
    );
    syn::Error::new_spanned(expr, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn names_are_secret_by_their_last_word() {
        for secret in
            ["password", "user_password", "token", "access_token", "api_key", "API_KEY", "ssn"]
        {
            assert!(looks_secret(secret), "{secret}");
        }
        for open in
            ["tokens", "max_tokens", "token_count", "passwords_tried", "tokenizer", "mission"]
        {
            assert!(!looks_secret(open), "{open}");
        }
    }

    fn whole(expr: &str) -> Option<String> {
        whole_value(&syn::parse_str(expr).expect("an expression")).map(|whole| match whole {
            Whole::Variable(ident) => ident.to_string(),
            Whole::Field(ident) => format!(".{ident}"),
        })
    }

    #[test]
    fn borrowing_and_copying_keep_the_whole_value() {
        assert_eq!(whole("&(*token)").as_deref(), Some("token"));
        assert_eq!(whole("token.as_str().to_owned()").as_deref(), Some("token"));
        assert_eq!(whole("&config.api_key[..]").as_deref(), Some(".api_key"));
        assert_eq!(whole("token.len()"), None);
        assert_eq!(whole("mask(token)"), None);
    }

    #[test]
    fn mentions_are_found_in_macros_and_format_strings() {
        assert!(mention(quote!(format!("{}", email)), "email").is_some());
        assert!(mention(quote!(format!("to {email:?}")), "email").is_some());
        assert!(mention(quote!(email.len()), "email").is_some());
        assert!(mention(quote!(user.email), "email").is_none());
        assert!(mention(quote!(format!("{emails}")), "email").is_none());
    }
}
