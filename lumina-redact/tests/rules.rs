//! The choice of rules and actions.

use lumina_redact::{Action, Class, OwnRule, Redactor, RuleError, Rules};

#[test]
fn there_are_as_many_rules_as_promised() {
    let names = |class| {
        let mut names: Vec<_> = Rules::list()
            .into_iter()
            .filter(|r| (r.class == Class::Secret) == class)
            .map(|r| r.name)
            .collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    };
    assert!(names(true) >= 200, "{} rules for secrets", names(true));
    assert!(names(false) >= 25, "{} other rules", names(false));
}

#[test]
fn a_wrong_pattern_is_refused_with_its_place() {
    let refused = Rules::builtin().with(OwnRule::new("mine", "ab(c")).unwrap_err();
    assert!(matches!(refused, RuleError::Pattern { at: Some(2), .. }), "{refused:?}");
    let empty = Rules::builtin().with(OwnRule::new("mine", "a*")).unwrap_err();
    assert!(matches!(empty, RuleError::Empty { .. }));
    let taken = Rules::builtin().with(OwnRule::new("email", "x")).unwrap_err();
    assert!(matches!(taken, RuleError::Name { .. }));
    assert!(Rules::builtin().without("emial").is_err());
}

#[test]
fn actions_are_taken_by_class() {
    let text = "bob@acme.io pays 4111 1111 1111 1111";
    let keep = Rules::builtin().action(Class::Pii, Action::Keep).build().unwrap();
    assert_eq!(keep.redact(text), "bob@acme.io pays [CARD ****1111]");
    let drop = Rules::builtin().action(Class::Financial, Action::Drop).build().unwrap();
    let (dropped, summary) = drop.redact_counted(text);
    assert_eq!(dropped, "[DROPPED]");
    assert!(summary.dropped);
    assert!(Rules::builtin().action(Class::Pii, Action::Hash).build().is_err());
}

#[test]
fn hashes_are_equal_for_equal_values_and_depend_on_the_key() {
    let with = |key| {
        Rules::builtin().action(Class::Financial, Action::Hash).hash_key([key; 32]).build().unwrap()
    };
    let (one, other) = (with(1), with(2));
    let dashed = one.redact("4111-1111-1111-1111").into_owned();
    assert_eq!(dashed, one.redact("4111 1111 1111 1111"));
    assert_ne!(dashed, other.redact("4111 1111 1111 1111"));
    assert_eq!(one.redact(&dashed), dashed.as_str());
}

#[test]
fn rules_count_what_they_replaced() {
    let redactor = Redactor::default();
    let _ = redactor.redact("bob@acme.io, ann@acme.io and 4111 1111 1111 1111");
    let mut counts = redactor.counts();
    counts.sort_unstable();
    assert_eq!(counts, [("card", 1), ("email", 2)]);
}

#[test]
fn debug_shows_no_key() {
    let rules = Rules::builtin().hash_key([0xAB; 32]);
    assert!(!format!("{rules:?}{:?}", rules.build()).contains("171"));
}

#[test]
fn numbers_end_in_digits_or_letters_and_begin_with_letters_apart() {
    let redactor = Redactor::default();
    for (text, redacted) in [
        ("身份证号 310115193905012409", "身份证号 [CN_ID]"),
        ("NHI QTV7337", "NHI [NHI]"),
        ("NI number HH-36-38-52-C", "NI number [NINO]"),
        ("CF: SGB BLB 63P55 J397B", "CF: [CODICE_FISCALE]"),
        ("NIF PT224799339", "NIF [NIF]"),
        ("ИНН: 308430738762", "ИНН: [INN]"),
        ("vin:UKKCP5NJ2FPJ09819", "vin:[VIN]"),
        ("diagnosis:R40", "diagnosis:[DIAGNOSIS]"),
    ] {
        assert_eq!(redactor.redact(text), redacted);
    }
}
