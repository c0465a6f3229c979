//! What a function returns, as far as its signature shows.
//!
//! Aliases cannot be seen through: what may be a `Result` is looked at when it is there.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;
use syn::{GenericArgument, PathArguments, PathSegment, ReturnType, Token, Type, TypeParamBound};

#[derive(Clone)]
pub(crate) enum Returned {
    /// `!`
    Never,
    /// Certainly no `Result`.
    Plain(Box<Type>),
    /// A `Result`, an alias of one, or any other type of the user's.
    Maybe(Box<Type>),
    /// A future, written out: `impl Future<Output = T>`, `Pin<Box<dyn Future<Output = T>>>`.
    Future { boxing: Boxing, output: Box<Returned>, ty: Box<Type> },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Boxing {
    /// `impl Future`
    Opaque,
    /// `Pin<Box<dyn Future>>` or an alias of it that is known by name.
    Boxed,
}

impl Returned {
    pub(crate) fn of(output: &ReturnType) -> Returned {
        match output {
            ReturnType::Default => Returned::Plain(Box::new(syn::parse_quote!(()))),
            ReturnType::Type(_, ty) => Returned::of_type(ty),
        }
    }

    fn of_type(ty: &Type) -> Returned {
        if let Type::Never(_) = peel(ty) {
            return Returned::Never;
        }
        if let Some((boxing, output)) = future(ty) {
            return Returned::Future { boxing, output: Box::new(output), ty: Box::new(ty.clone()) };
        }
        match is_plain(ty) {
            true => Returned::Plain(Box::new(ty.clone())),
            false => Returned::Maybe(Box::new(ty.clone())),
        }
    }

    /// The type as a hint for inference: `impl Trait` cannot be named, so it becomes `_`.
    pub(crate) fn hint(&self) -> TokenStream {
        match self {
            Returned::Never => quote!(!),
            Returned::Plain(ty) | Returned::Maybe(ty) | Returned::Future { ty, .. } => {
                erase_impl(ty).into_token_stream()
            }
        }
    }

    /// The type of a success: of `Ok`, or of the whole where there is no `Result` to be seen.
    pub(crate) fn success(&self) -> Option<&Type> {
        match self {
            Returned::Plain(ty) | Returned::Maybe(ty) => {
                let ty = peel(ty);
                Some(result_value(ty).unwrap_or(ty))
            }
            Returned::Never | Returned::Future { .. } => None,
        }
    }

    /// For what may be a stream: whether it is inside a `Result`, and whether it is `impl Trait`.
    pub(crate) fn stream(&self) -> Option<(bool, bool)> {
        let ty = match self {
            Returned::Plain(ty) | Returned::Maybe(ty) => peel(ty),
            Returned::Never | Returned::Future { .. } => return None,
        };
        let inner = result_value(ty);
        match (inner.unwrap_or(ty), self) {
            (Type::ImplTrait(_), _) => Some((inner.is_some(), true)),
            (Type::Path(path), Returned::Plain(_)) => {
                path.path.segments.last().filter(|segment| segment.ident == "Pin")?;
                Some((inner.is_some(), false))
            }
            (Type::Path(_) | Type::Macro(_) | Type::Infer(_), _) => Some((inner.is_some(), false)),
            _ => None,
        }
    }

    /// For a stream: the type of its items as a hint, where its type shows it.
    ///
    /// The body may leave the type to the signature, as in `iter(numbers).map(Ok)`.
    pub(crate) fn stream_item(&self) -> TokenStream {
        let (Returned::Plain(ty) | Returned::Maybe(ty)) = self else { return quote!(_) };
        stream_item(ty).map_or(quote!(_), |item| erase_impl(&item).into_token_stream())
    }

    /// The type as the user wrote it, for messages.
    pub(crate) fn shown(&self) -> String {
        match self {
            Returned::Never => "!".to_owned(),
            Returned::Future { .. } => "a future".to_owned(),
            Returned::Plain(ty) | Returned::Maybe(ty) => {
                let mut text = ty.to_token_stream().to_string();
                for (loose, tight) in
                    [(" <", "<"), ("< ", "<"), (" >", ">"), ("& ", "&"), (" ,", ",")]
                {
                    text = text.replace(loose, tight);
                }
                text
            }
        }
    }
}

/// Types of the standard library that are no `Result` and do not end in one.
const PLAIN: &[&str] = &[
    "Self",
    "bool",
    "char",
    "str",
    "String",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f32",
    "f64",
    "Option",
    "Vec",
    "Rc",
    "Arc",
    "Cow",
    "HashMap",
    "HashSet",
    "BTreeMap",
    "BTreeSet",
    "VecDeque",
    "Duration",
    "Instant",
    "SystemTime",
    "PathBuf",
    "OsString",
    "Ordering",
    "PhantomData",
];

fn is_plain(ty: &Type) -> bool {
    match peel(ty) {
        Type::Path(path) if path.qself.is_none() => match path.path.segments.last() {
            Some(segment) if segment.ident == "Box" || segment.ident == "Pin" => {
                type_arguments(segment).next().is_none_or(is_plain)
            }
            Some(segment) => PLAIN.iter().any(|name| segment.ident == name),
            None => false,
        },
        Type::Macro(_) | Type::Verbatim(_) | Type::Infer(_) | Type::Path(_) => false,
        // References, tuples, slices, arrays, pointers, `impl Trait`, `dyn Trait`.
        _ => true,
    }
}

/// The output of a type that is visibly a future.
fn future(ty: &Type) -> Option<(Boxing, Returned)> {
    match peel(ty) {
        Type::ImplTrait(opaque) => Some((Boxing::Opaque, output(opaque.bounds.iter())?)),
        Type::Path(path) => {
            let segment = path.path.segments.last()?;
            let mut arguments = type_arguments(segment);
            if segment.ident == "BoxFuture" || segment.ident == "LocalBoxFuture" {
                return Some((Boxing::Boxed, Returned::of_type(arguments.next()?)));
            }
            if segment.ident != "Pin" {
                return None;
            }
            let Type::Path(boxed) = peel(arguments.next()?) else { return None };
            let segment = boxed.path.segments.last().filter(|segment| segment.ident == "Box")?;
            match peel(type_arguments(segment).next()?) {
                Type::TraitObject(object) => Some((Boxing::Boxed, output(object.bounds.iter())?)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `T` of a bound `Future<Output = T>`.
fn output<'a>(mut bounds: impl Iterator<Item = &'a TypeParamBound>) -> Option<Returned> {
    let segment = bounds.find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            bound.path.segments.last().filter(|segment| segment.ident == "Future")
        }
        _ => None,
    })?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == "Output" => {
            Some(Returned::of_type(&assoc.ty))
        }
        _ => None,
    })
}

/// `T` of the first bound `Stream<Item = T>` in a type.
fn stream_item(ty: &Type) -> Option<Type> {
    struct Finder(Option<Type>);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_path_segment(&mut self, segment: &'ast PathSegment) {
            let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return };
            if segment.ident == "Stream" && self.0.is_none() {
                self.0 = arguments.args.iter().find_map(|argument| match argument {
                    GenericArgument::AssocType(assoc) if assoc.ident == "Item" => {
                        Some(assoc.ty.clone())
                    }
                    _ => None,
                });
            }
            visit::visit_path_segment(self, segment);
        }
    }
    let mut finder = Finder(None);
    finder.visit_type(ty);
    finder.0
}

/// `T` of `Result<T, E>`, `io::Result<T>` and what else is named like one.
fn result_value(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    segment
        .ident
        .to_string()
        .ends_with("Result")
        .then(|| type_arguments(segment).next())
        .flatten()
        .map(peel)
}

fn type_arguments(segment: &PathSegment) -> impl Iterator<Item = &Type> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peel(&group.elem),
        Type::Paren(paren) => peel(&paren.elem),
        other => other,
    }
}

fn erase_impl(ty: &Type) -> Type {
    struct Eraser;
    impl VisitMut for Eraser {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            match ty {
                Type::ImplTrait(opaque) => {
                    let underscore_token = Token![_](opaque.impl_token.span);
                    *ty = Type::Infer(syn::TypeInfer { attrs: Vec::new(), underscore_token });
                }
                _ => syn::visit_mut::visit_type_mut(self, ty),
            }
        }
    }
    let mut ty = ty.clone();
    Eraser.visit_type_mut(&mut ty);
    ty
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(ty: &str) -> String {
        fn describe(returned: &Returned) -> String {
            match returned {
                Returned::Never => "never".to_owned(),
                Returned::Plain(_) => format!("plain {}", returned.shown()),
                Returned::Maybe(_) => format!("maybe {}", returned.shown()),
                Returned::Future { boxing, output, .. } => {
                    format!("{boxing:?} future of {}", describe(output))
                }
            }
        }
        let output = syn::parse_str(&format!("-> {ty}")).expect("a return type");
        describe(&Returned::of(&output))
    }

    #[test]
    fn only_what_cannot_be_a_result_is_plain() {
        for plain in
            ["()", "&Config", "Option<Config>", "Box<str>", "impl Iterator<Item = u8>", "Self"]
        {
            assert_eq!(described(plain), format!("plain {plain}"));
        }
        for maybe in
            ["Result<u8, E>", "io::Result<()>", "Config", "Box<Config>", "T", "<T as U>::V"]
        {
            assert!(described(maybe).starts_with("maybe "), "{maybe}: {}", described(maybe));
        }
        assert_eq!(described("!"), "never");
    }

    #[test]
    fn streams_are_found_inside_results() {
        let found = |ty: &str| {
            let output = syn::parse_str(&format!("-> {ty}")).expect("a return type");
            Returned::of(&output).stream()
        };
        assert_eq!(found("impl Stream<Item = u8>"), Some((false, true)));
        assert_eq!(found("Result<impl Stream<Item = u8>, E>"), Some((true, true)));
        assert_eq!(found("io::Result<Pin<Box<dyn Stream<Item = u8>>>>"), Some((true, false)));
        assert_eq!(found("Pin<Box<dyn Stream<Item = u8> + Send>>"), Some((false, false)));
        assert_eq!(found("BoxStream<'static, u8>"), Some((false, false)));
        assert_eq!(found("u32"), None);
        assert_eq!(found("Vec<u8>"), None);
    }

    #[test]
    fn the_item_of_a_stream_is_read_from_its_type() {
        let item = |ty: &str| {
            let output = syn::parse_str(&format!("-> {ty}")).expect("a return type");
            Returned::of(&output).stream_item().to_string()
        };
        assert_eq!(item("impl Send + Stream<Item = u8>"), "u8");
        assert_eq!(item("Result<Pin<Box<dyn Stream<Item = u8> + Send>>, E>"), "u8");
        assert_eq!(item("impl Stream<Item = Option<impl Debug>>"), "Option < _ >");
        assert_eq!(item("Streamed"), "_");
        assert_eq!(item("impl Stream"), "_");
    }

    #[test]
    fn futures_are_seen_through_to_their_output() {
        assert_eq!(described("impl Future<Output = u8> + Send + 'a"), "Opaque future of plain u8");
        assert_eq!(
            described(
                "::std::pin::Pin<Box<dyn ::core::future::Future<Output = Result<(), E>> + Send>>"
            ),
            "Boxed future of maybe Result<(), E>"
        );
        assert_eq!(described("BoxFuture<'static, Config>"), "Boxed future of maybe Config");
        assert_eq!(described("Pin<Box<Config>>"), "maybe Pin<Box<Config>>");
    }
}
