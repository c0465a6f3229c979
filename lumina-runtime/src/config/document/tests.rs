use super::*;
use std::time::Duration;

/// The mistakes of a text, as they are shown.
fn mistakes(text: &str) -> Vec<String> {
    parse(text).unwrap_err().iter().map(ToString::to_string).collect()
}

fn values(text: &str) -> Values {
    let mut document = parse(text).unwrap();
    assert_eq!(document.rules.len(), 1);
    document.rules.remove(0).values
}

#[test]
fn every_value_of_the_attributes_can_be_given() {
    let values = values(
        r#"
        [policy."answer"]
        retry.enabled = true
        retry.max = 5
        retry.backoff = "exponential"
        retry.base = "200ms"
        retry.factor = 1.5
        retry.max_delay = "5s"
        retry.jitter = "equal"
        retry.budget = "provider"
        retry.retry_after = "off"
        timeout = { attempt = "4s", total = "30s" }
        breaker.rate = 0.3
        breaker.min_calls = 10
        breaker.window = "1m"
        breaker.open = "10s"
        breaker.half_open = 1
        cache.ttl = "5m"
        cache.capacity = 100
        hedge.after = "2s"
        hedge.max = 2
        limit.concurrency = 8
        limit.queue = 0
        limit.requests_per_minute = 300
        limit.tokens_per_minute = 5_000_000_000
        limit.max_wait = "10s"
        fallback."smaller model".timeout = "1s"
        fallback.canned.enabled = false
        "#,
    );
    let seconds = Duration::from_secs;
    assert_eq!(values.count("retry.max"), Some(5));
    assert_eq!(values.word("retry.backoff"), Some("exponential"));
    assert_eq!(values.time("retry.base"), Some(Duration::from_millis(200)));
    assert_eq!(values.number("retry.factor"), Some(1.5));
    assert_eq!(values.word("retry.jitter"), Some("equal"));
    assert_eq!(values.name("retry.budget"), Some(Some("provider")));
    assert_eq!(values.switch("retry.retry_after"), Some(false));
    assert_eq!(values.time("timeout.attempt"), Some(seconds(4)));
    assert_eq!(values.time(TOTAL), Some(seconds(30)));
    assert_eq!(values.number("breaker.rate"), Some(0.3));
    assert_eq!(values.time("breaker.window"), Some(seconds(60)));
    assert_eq!(values.count("hedge.max"), Some(2));
    assert_eq!(values.count("limit.queue"), Some(0));
    assert_eq!(values.large_count("limit.tokens_per_minute"), Some(5_000_000_000));
    assert_eq!(values.fallbacks["smaller model"].0.time("fallback.timeout"), Some(seconds(1)));
    assert!(!values.fallbacks["canned"].0.enabled("fallback.enabled"));
}

#[test]
fn a_bare_timeout_is_that_of_an_attempt_and_off_is_no_budget() {
    let values = values("[policy.answer]\ntimeout = \"4s\"\nretry.budget = \"off\"");
    assert_eq!(values.time("timeout.attempt"), Some(Duration::from_secs(4)));
    assert_eq!(values.name("retry.budget"), Some(None));
}

#[test]
fn an_empty_file_says_nothing() {
    for text in ["", "\n", "# nothing yet", "[policy]", "[policy.answer]"] {
        let document = parse(text).unwrap();
        assert!(document.rules.iter().all(|rule| rule.values.is_empty()), "{text}");
    }
}

#[test]
fn sections_stay_in_the_order_of_the_file() {
    let document = parse("[policy.b]\nretry.max = 1\n[policy.a]\n[policy.\"*\"]").unwrap();
    let names: Vec<&str> = document.rules.iter().map(|rule| rule.pattern.as_str()).collect();
    assert_eq!(names, ["b", "a", "*"]);
}

/// Each value is the only mistake of its file; the place is that of the value.
#[test]
fn a_bad_value_is_refused_with_its_place_and_what_is_accepted() {
    let cases = [
        ("retry.max = 0", "0: `max` counts the first call, so it must be at least 1"),
        ("retry.max = -1", "-1: `max` is a whole number from 1 to 4294967295"),
        (
            "retry.max = 5_000_000_000",
            "5_000_000_000: `max` is a whole number from 1 to 4294967295",
        ),
        ("retry.max = \"3\"", "\"3\": `max` is a whole number from 1, without quotes or a point"),
        ("retry.max = 1.5", "1.5: `max` is a whole number from 1, without quotes or a point"),
        ("retry.factor = 0.5", "0.5: `factor` is a number from 1, such as 2 or 1.5"),
        ("retry.factor = inf", "inf: `factor` is a number from 1, such as 2 or 1.5"),
        ("retry.factor = nan", "nan: `factor` is a number from 1, such as 2 or 1.5"),
        (
            "retry.backoff = \"expotential\"",
            "\"expotential\": unknown value `expotential`; did you mean `exponential`? `backoff` \
             accepts: exponential, linear, fixed",
        ),
        (
            "retry.jitter = 3",
            "3: `jitter` is one of: \"full\", \"equal\", \"decorrelated\", \"none\"",
        ),
        ("retry.retry_after = 1", "1: `retry_after` is a switch: true or \"on\", false or \"off\""),
        ("retry.budget = \" \"", "\" \": `budget` is the name of a shared one, or \"off\""),
        (
            "retry.when = \"f\"",
            "\"f\": `when` is code, which a file cannot change: it stays as the attribute has it",
        ),
        (
            "breaker.name = \"x\"",
            "\"x\": `name` says what is shared, which a file cannot change: it stays as the \
             attribute has it",
        ),
        (
            "breaker.rate = 0",
            "0: `rate` is a share of failed calls, above 0 and at most 1, such as 0.5",
        ),
        (
            "breaker.rate = 1.01",
            "1.01: `rate` is a share of failed calls, above 0 and at most 1, such as 0.5",
        ),
        ("limit.queue = -1", "-1: `queue` is a whole number from 0, without quotes or a point"),
        (
            "limit.concurrency = 0",
            "0: `concurrency` is how many calls run at once, so it must be at least 1",
        ),
    ];
    for (line, expected) in cases {
        let key = line.split(" = ").next().unwrap();
        let column = key.len() + 4;
        let expected = format!("2:{column}: policy.\"answer\".{key} = {expected}");
        assert_eq!(mistakes(&format!("[policy.answer]\n{line}")), [expected]);
    }
}

#[test]
fn a_bad_duration_is_told_apart_as_in_an_attribute() {
    let units = "a duration is a number with a unit, such as \"500ms\" or \"1.5s\"; the units are \
                 us, ms, s, m and h";
    for (value, mistake) in [
        ("\"10\"", "has no unit"),
        ("\"1O s\"", "has an unknown unit"),
        ("\"-1s\"", "is negative"),
        ("\"0s\"", "is zero"),
        ("10", "is no duration: write `\"10s\"` for seconds"),
        ("1.5", "is no duration: write `\"1.5s\"` for seconds"),
        ("true", "is no duration"),
    ] {
        let said = mistakes(&format!("[policy.answer]\ntimeout.attempt = {value}"));
        let expected =
            format!("2:19: policy.\"answer\".timeout.attempt = {value}: {mistake}; {units}");
        assert_eq!(said, [expected]);
    }
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_known_one() {
    assert_eq!(
        mistakes("[polcy.answer]\nretry.max = 3"),
        ["1:2: polcy: unknown key `polcy`; did you mean `policy`? the file accepts: policy, fault"]
    );
    assert_eq!(
        mistakes("[policy.answer]\nretyr.max = 3"),
        ["2:1: policy.\"answer\".retyr: unknown policy `retyr`; did you mean `retry`? a section \
          accepts: retry, timeout, breaker, cache, hedge, limit, fallback; a name with a dot stands in \
          quotes: `[policy.\"llm.chat\"]`"]
    );
    let said = mistakes("[policy.answer]\nbreaker.opn = \"3s\"");
    assert_eq!(
        said,
        ["2:9: policy.\"answer\".breaker.opn: unknown key `opn`; did you mean `open`? `breaker` \
          accepts: enabled, rate, min_calls, window, open, half_open"]
    );
}

#[test]
fn a_policy_that_is_no_table_says_how_to_switch_it_off() {
    let said = mistakes("[policy.answer]\nretry = \"off\"\nfallback = false\n[policy]\nb = 3");
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].starts_with("2:9: policy.\"answer\".retry = \"off\": `retry` is a table; to "));
    assert!(said[0].contains("`retry.enabled = false`"), "{said:?}");
    assert!(said[1].contains("`fallback.\"name\".enabled = false`"), "{said:?}");
    assert!(said[2].starts_with("5:5: policy.\"b\" = 3: is a table"), "{said:?}");
}

#[test]
fn the_total_is_given_once() {
    let said = mistakes("[policy.answer]\nretry.total = \"9s\"\ntimeout.total = \"8s\"");
    assert_eq!(
        said,
        ["3:17: policy.\"answer\".timeout.total = \"8s\": `total` is set in `retry` and in \
          `timeout`; keep one"]
    );
}

#[test]
fn all_mistakes_of_a_file_are_reported_in_its_order() {
    let said = mistakes(
        "[policy.b]\nretry.max = 0\n[policy.a]\ntimeout = \"1\"\nretry.mx = 3\n[[fault]]\n\
         span = 3\nseed = -1\n",
    );
    let places: Vec<&str> =
        said.iter().map(|mistake| mistake.split(": ").next().unwrap()).collect();
    assert_eq!(places, ["2:13", "4:11", "5:7", "7:8", "8:8"]);
}

#[test]
fn what_is_no_toml_is_said_with_its_place() {
    let said = mistakes("[policy.answer]\nretry.max =\n");
    assert!(said[0].starts_with("2:12: no TOML: "), "{said:?}");
    let said = mistakes("[policy.answer]\nretry.max = 3\nretry.max = 4\n");
    assert!(said[0].starts_with("3:7: no TOML: duplicate key"), "{said:?}");
}

#[test]
fn a_value_is_shown_on_one_line_and_cannot_steer_the_terminal() {
    let said = mistakes("[policy.answer]\nretry.backoff = '''a\nb'''");
    assert_eq!(said.len(), 1);
    assert!(!said[0].contains('\n') && said[0].contains("'''a\\nb'''"), "{said:?}");
    let long = "x".repeat(1_000);
    let said = mistakes(&format!("[policy.answer]\nretry.budget = [\"{long}\"]"));
    assert!(said[0].len() < 250, "{said:?}");
}

#[test]
fn a_fault_is_read_with_its_defaults() {
    let document = parse(
        "[[fault]]\nspan = \"llm.*\"\nerror_rate = 0.2\ntimeout_rate = 0.05\nseed = 42\n\
         [[fault]]\nspan = \"answer\"\ndelay = \"2s\"\n\
         [[fault]]\nspan = \"search\"\ndelay = \"2s\"\ndelay_rate = 0.1\n",
    )
    .unwrap();
    let [first, second, third] = &document.faults[..] else { panic!("{document:?}") };
    assert_eq!((first.error_rate, first.timeout_rate, first.seed), (0.2, 0.05, 42));
    assert_eq!((first.delay_rate, second.delay_rate, third.delay_rate), (0.0, 1.0, 0.1));
    assert_eq!(second.delay, Duration::from_secs(2));
}

#[test]
fn a_fault_that_makes_no_sense_is_refused() {
    for (fault, expected) in [
        ("error_rate = 0.1", "1:1: fault: a fault needs `span = \"name\"`"),
        ("span = \"a\"", "1:1: fault: a fault needs one of `error_rate`, `timeout_rate`, `delay`"),
        ("span = \"a\"\nerror_rate = 1.5", "3:14: fault.error_rate = 1.5: `error_rate` is a share"),
        ("span = \"a\"\nerror_rate = nan", "3:14: fault.error_rate = nan: `error_rate` is a share"),
        ("span = \"a\"\ndelay = \"0s\"", "3:9: fault.delay = \"0s\": is zero"),
        ("span = \"a\"\ndelay_rate = 0.5", "3:14: fault.delay_rate = 0.5: `delay_rate` needs a"),
        ("span = \"a\"\nrate = 0.5", "3:1: fault.rate: unknown key `rate`"),
        ("span = \"a\"\nerror_rate = 0.6\ntimeout_rate = 0.5", "1:1: fault: `error_rate` and"),
    ] {
        let said = mistakes(&format!("[[fault]]\n{fault}"));
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with(expected), "{said:?} {expected}");
    }
    let twice = "[[fault]]\nspan = \"a\"\ndelay = \"1s\"\n".repeat(2);
    assert!(mistakes(&twice)[0].starts_with("4:1: fault: `a` has a fault in line 1 already"));
    assert!(mistakes("fault = 3")[0].starts_with("1:9: fault = 3: faults are tables"));
    assert!(mistakes("fault = [3]")[0].starts_with("1:10: fault = 3: a fault is a table"));
}

/// Any text, and any damage to a good file, is read or refused.
#[test]
fn no_text_makes_the_parser_panic() {
    const GOOD: &str = "[policy.\"answer\"]\nretry.max = 5\nretry = { base = \"2\u{fc}s\" }\n\
                        fallback.\"a.b\".timeout = \"1s\"\n[policy.\"llm.*\"]\ntimeout = '4s'\n\
                        [[fault]]\nspan = \"a\"\nerror_rate = 0.2\ndelay = \"2s\"\nseed = 0x2A\n";
    const PIECES: &[&str] = &[
        "[",
        "]",
        "[[",
        "=",
        ".",
        "\"",
        "'''",
        "{",
        "}",
        ",",
        "\n",
        "\\u12",
        "policy",
        "fault",
        "retry",
        "max",
        "0",
        "-",
        "1e999",
        "0x",
        "nan",
        "true",
        "\u{0}",
        "\u{1F600}",
        "#",
        " ",
        "1979-05-27",
        "timeout",
        "span",
        "a.b",
        "*",
    ];
    // Deterministic: a failure can be repeated.
    let mut seed = 7u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for round in 0..20_000 {
        let mut text: Vec<char> = if round % 2 == 0 { GOOD.chars().collect() } else { vec![] };
        for _ in 0..next(8) + 1 {
            let at = next(text.len() + 1);
            match next(3) {
                0 => text.truncate(at),
                1 if at < text.len() => drop(text.remove(at)),
                _ => {
                    let piece: Vec<char> = PIECES[next(PIECES.len())].chars().collect();
                    text.splice(at..at, piece);
                }
            }
        }
        let text: String = text.into_iter().collect();
        if let Err(mistakes) = parse(&text) {
            assert!(!mistakes.is_empty(), "{text}");
            let lines = text.lines().count().max(1) + 1;
            for mistake in mistakes {
                assert!((1..=lines).contains(&mistake.line) && mistake.column >= 1, "{text:?}");
                assert!(!mistake.to_string().contains('\n'), "{mistake}");
            }
        }
    }
    let deep = "[policy.a]\nx = ".to_owned() + &"[".repeat(100_000);
    assert!(parse(&deep).is_err());
}
