//! The expansions under `tests/macros/expand/`: what users see with `cargo expand`.
//!
//! `LUMINA_BLESS=1 cargo test -p lumina-macros` writes them anew; read the difference.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::statement::Recording;

/// `#[lumina::traced(args)] item` or `#[derive(lumina::Classify)] item`, in its parts.
struct Input {
    is_derive: bool,
    args: TokenStream,
    item: TokenStream,
}

impl Input {
    fn read(path: &Path) -> Input {
        let source = fs::read_to_string(path).expect("a readable input");
        let source: TokenStream = source.parse().expect("an input of tokens");
        let mut tokens = source.into_iter();
        let attribute = match (tokens.next(), tokens.next()) {
            (Some(TokenTree::Punct(_)), Some(TokenTree::Group(attribute))) => attribute.stream(),
            other => panic!("the file does not start with an attribute: {other:?}"),
        };
        let is_derive = attribute.to_string().starts_with("derive");
        let args = attribute.into_iter().find_map(|token| match token {
            TokenTree::Group(args) if args.delimiter() == Delimiter::Parenthesis => {
                Some(args.stream())
            }
            _ => None,
        });
        Input { is_derive, args: args.unwrap_or_default(), item: tokens.collect() }
    }

    fn expand(&self, item: TokenStream) -> TokenStream {
        match self.is_derive {
            true => crate::classify::derive(item, Recording::Enabled),
            false => crate::traced::traced(self.args.clone(), item),
        }
    }

    fn expand_disabled(&self, item: TokenStream) -> TokenStream {
        match self.is_derive {
            true => crate::classify::derive(item, Recording::Disabled),
            false => crate::traced::disabled(self.args.clone(), item),
        }
    }

    fn pretty(&self) -> String {
        let item = self.expand(self.item.clone());
        // A method has to stand in an `impl` to be a file.
        let is_method = !self.is_derive && item.to_string().contains("self");
        let file = if is_method { quote::quote!(impl Subject { #item }) } else { item };
        let file = syn::parse2(file).expect("an expansion parses as a file");
        prettyplease::unparse(&file)
    }
}

fn inputs() -> Vec<PathBuf> {
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/macros/expand");
    let files = fs::read_dir(&room).expect("the room of golden files");
    let paths = files.map(|file| file.expect("a golden file").path());
    let mut inputs: Vec<_> =
        paths.filter(|path| !path.to_string_lossy().ends_with(".expanded.rs")).collect();
    inputs.sort();
    inputs
}

#[test]
fn expansions_are_what_was_read_and_agreed_to() {
    let bless = std::env::var_os("LUMINA_BLESS").is_some();
    let mut wrong = Vec::new();
    let inputs = inputs();
    assert!(inputs.len() > 10, "golden inputs are missing: {inputs:?}");
    for input in inputs {
        let expanded = Input::read(&input).pretty();
        let golden = input.with_extension("expanded.rs");
        if bless {
            fs::write(&golden, expanded).expect("a writable golden file");
        } else if fs::read_to_string(&golden).ok().as_deref() != Some(&*expanded) {
            wrong.push(format!("{} should be:\n{expanded}", golden.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every golden input with one token taken out, doubled or swapped with the next.
fn damaged(tokens: &TokenStream) -> Vec<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut damaged = Vec::new();
    for at in 0..tokens.len() {
        let mut without = tokens.clone();
        without.remove(at);
        let mut doubled = tokens.clone();
        doubled.insert(at, tokens[at].clone());
        let mut swapped = tokens.clone();
        swapped.swap(at, (at + 1).min(tokens.len() - 1));
        damaged.extend([without, doubled, swapped].map(TokenStream::from_iter));
        if let TokenTree::Group(group) = &tokens[at] {
            damaged.extend(self::damaged(&group.stream()).into_iter().map(|inner| {
                let mut tokens = tokens.clone();
                tokens[at] = proc_macro2::Group::new(group.delimiter(), inner).into();
                tokens.into_iter().collect()
            }));
        }
    }
    damaged
}

#[test]
fn damaged_input_is_answered_and_never_panics() {
    for path in inputs() {
        let input = Input::read(&path);
        for args in damaged(&input.args).into_iter().filter(|_| !input.is_derive) {
            assert!(!crate::traced::traced(args, input.item.clone()).is_empty());
        }
        for item in damaged(&input.item) {
            input.expand_disabled(item.clone());
            assert!(!input.expand(item).is_empty());
        }
    }
}
