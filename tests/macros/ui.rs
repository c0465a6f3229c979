//! The macros at compile time. `TRYBUILD=overwrite` writes the `.stderr` files anew; read them as a
//! user would.

#[test]
fn each_mistake_has_one_clear_error_and_every_shape_compiles() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/macros/ui/*/fail/*.rs");
    cases.pass("tests/macros/ui/*/pass/*.rs");
    if cfg!(feature = "cache") {
        cases.compile_fail("tests/macros/ui/features/cache/fail/*.rs");
        cases.pass("tests/macros/ui/features/cache/pass/*.rs");
    } else {
        cases.compile_fail("tests/macros/ui/features/without_cache/fail/*.rs");
    }
}
