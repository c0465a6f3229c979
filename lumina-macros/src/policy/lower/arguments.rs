//! Who gets which argument: each attempt and each fallback, the last of them without a copy.

use syn::ext::IdentExt;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Expr, FnArg, Ident, Pat, PatIdent, Signature, Token};

use super::Subject;
use crate::function::{Param, Passing};
use crate::grammar::secrets::mention;
use crate::policy::plan::{Argument, FallbackPlan, Invocation, Pass};

/// What the body sees: a `let` for each argument that it names.
pub(super) fn body(
    subject: &Subject<'_>,
    repeats: bool,
    fallbacks: &[FallbackPlan],
) -> Vec<Argument> {
    let named = |param: &&Param| mention(subject.body.clone(), &word(param)).is_some();
    let params = subject.params.iter().filter(|param| param.ident != "self").filter(named);
    let argument = |param: &Param| {
        let again = repeats || fallbacks.iter().any(|fallback| fallback.mentions(&word(param)));
        let mutability = mutability(subject.sig, &param.ident);
        let pass = match (param.passing, again) {
            (Passing::Shared, _) if mutability.is_none() => return None,
            (Passing::Shared, _) | (_, false) => Pass::Move,
            (Passing::Exclusive, true) => Pass::Reborrow,
            (Passing::Value | Passing::Part, true) => Pass::Clone,
        };
        Some(self::argument(param, mutability, pass))
    };
    params.filter_map(argument).collect()
}

/// The function's own arguments for a fallback that is a path; `Err` for one without a name.
pub(super) fn all<'a>(subject: &Subject<'a>) -> Result<Vec<Argument>, &'a Pat> {
    let mut arguments = Vec::new();
    for input in &subject.sig.inputs {
        let FnArg::Typed(typed) = input else { continue };
        let Pat::Ident(pat) = &*typed.pat else { return Err(&typed.pat) };
        let Some(param) = subject.params.get(&pat.ident) else { return Err(&typed.pat) };
        let pass = match param.passing {
            Passing::Exclusive => Pass::Reborrow,
            _ => Pass::Move,
        };
        arguments.push(argument(param, None, pass));
    }
    Ok(arguments)
}

/// Makes copies of what a later fallback needs, too.
pub(super) fn share(fallbacks: &mut [FallbackPlan], subject: &Subject<'_>) {
    for index in 0..fallbacks.len() {
        let (earlier, later) = fallbacks.split_at_mut(index + 1);
        let step = &mut earlier[index];
        let again = |name: &str| later.iter().any(|fallback| fallback.mentions(name));
        let owned = |param: &&Param| !matches!(param.passing, Passing::Shared | Passing::Exclusive);
        match &mut step.invocation {
            Invocation::Function { arguments, .. } => {
                for argument in arguments.iter_mut().filter(|it| it.pass == Pass::Move) {
                    let param = subject.params.get(&argument.ident).filter(owned);
                    if param.is_some_and(|param| again(&word(param))) {
                        argument.pass = Pass::Clone;
                    }
                }
            }
            Invocation::Expression(expr) | Invocation::Value(expr) => {
                let params = subject.params.iter().filter(owned);
                let shared = params.filter(|param| {
                    param.ident != "self" && again(&word(param)) && takes(expr, &param.ident)
                });
                step.copies = shared.map(|param| argument(param, None, Pass::Clone)).collect();
            }
        }
    }
}

impl FallbackPlan {
    /// Whether the step uses the argument, in whichever way.
    pub(super) fn mentions(&self, name: &str) -> bool {
        match &self.invocation {
            Invocation::Function { callee, arguments, .. } => {
                arguments.iter().any(|argument| argument.ident == name)
                    || mention(callee.clone(), name).is_some()
            }
            Invocation::Expression(expr) | Invocation::Value(expr) => {
                mention(quote::ToTokens::to_token_stream(expr), name).is_some()
            }
        }
    }
}

/// The name in the function at hand, which is not what the user calls it where async-trait renamed it.
fn word(param: &Param) -> String {
    param.ident.unraw().to_string()
}

fn argument(param: &Param, mutability: Option<syn::Token![mut]>, pass: Pass) -> Argument {
    Argument { ident: param.ident.clone(), conditions: param.conditions.clone(), mutability, pass }
}

/// The `mut` before a name, also inside a pattern.
fn mutability(sig: &Signature, name: &Ident) -> Option<Token![mut]> {
    struct Finder<'a>(&'a Ident, Option<Token![mut]>);
    impl<'ast> Visit<'ast> for Finder<'_> {
        fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
            if pat.ident == *self.0 && pat.by_ref.is_none() {
                self.1 = pat.mutability;
            }
            syn::visit::visit_pat_ident(self, pat);
        }
    }
    let mut finder = Finder(name, None);
    sig.inputs.iter().for_each(|input| finder.visit_fn_arg(input));
    finder.1
}

/// Takes the `mut` away from each name that has a `let` of its own.
pub(crate) fn take_mut(sig: &mut Signature, handed: &[Argument]) {
    struct Taker<'a>(&'a [Argument]);
    impl VisitMut for Taker<'_> {
        fn visit_pat_ident_mut(&mut self, pat: &mut PatIdent) {
            if pat.by_ref.is_none() && self.0.iter().any(|it| it.ident == pat.ident) {
                pat.mutability = None;
            }
            syn::visit_mut::visit_pat_ident_mut(self, pat);
        }
    }
    let mut taker = Taker(handed);
    sig.inputs.iter_mut().for_each(|input| taker.visit_fn_arg_mut(input));
}

/// Whether `expr` uses the variable other than by reference, as far as can be seen.
fn takes(expr: &Expr, name: &Ident) -> bool {
    struct Uses<'a>(&'a Ident, bool);
    impl<'ast> Visit<'ast> for Uses<'_> {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            let borrowed = match expr {
                Expr::Reference(reference) => Some(&*reference.expr),
                Expr::Field(field) => Some(&*field.base),
                Expr::MethodCall(call) => {
                    call.args.iter().for_each(|argument| self.visit_expr(argument));
                    Some(&*call.receiver)
                }
                Expr::Path(path) => {
                    self.1 |= path.path.is_ident(self.0);
                    return;
                }
                Expr::Macro(call) => {
                    // Formatting borrows, but any other macro may take.
                    self.1 |=
                        mention(call.mac.tokens.clone(), &self.0.unraw().to_string()).is_some();
                    return;
                }
                _ => None,
            };
            match borrowed {
                Some(Expr::Path(_)) => {}
                Some(place) => self.visit_expr(place),
                None => syn::visit::visit_expr(self, expr),
            }
        }
    }
    let mut uses = Uses(name, false);
    uses.visit_expr(expr);
    uses.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_takes_an_argument_needs_a_copy() {
        let takes = |expr: &str| {
            let expr = syn::parse_str(expr).expect("an expression");
            takes(&expr, &Ident::new("x", proc_macro2::Span::call_site()))
        };
        for taking in ["f(x)", "f(&g(x))", "f(y, [x])", "self.f(x)", "f(format!(\"{x}\"))"] {
            assert!(takes(taking), "{taking}");
        }
        for borrowing in ["f(&x)", "f(x.len())", "f(&x.y)", "f(x.y.z())", "f(y)"] {
            assert!(!takes(borrowing), "{borrowing}");
        }
    }
}
