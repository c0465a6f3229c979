//! The keys of a section: the arguments of the attributes, by the same names.

/// What a key's value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `true`, `false`, `"on"`, `"off"`.
    Switch,
    /// A whole number from 1; the text says why not 0.
    Count(&'static str),
    /// The same, without the bound of 32 bits.
    Tokens(&'static str),
    /// A whole number from 0.
    Length,
    /// By how much a delay grows.
    Factor,
    /// A share of calls, above 0.
    Share,
    /// A duration, not zero.
    Time,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A name, or `"off"`.
    NameOrOff,
    /// Belongs to the attribute only; the text says why.
    Code(&'static str),
}

const IS_CODE: &str = "is code, which a file cannot change: it stays as the attribute has it";
const IS_STREAM: &str =
    "bounds a stream, which a file cannot change: it stays as the attribute has it";
const IS_NAME: &str = "says what is shared, which a file cannot change: it stays as the attribute \
                       has it";

/// Every key: its policy, a dot, its own name.
pub(super) const KEYS: &[(&str, Kind)] = &[
    ("retry.enabled", Kind::Switch),
    ("retry.max", Kind::Count("`max` counts the first call")),
    ("retry.backoff", Kind::Word(&["exponential", "linear", "fixed"])),
    ("retry.base", Kind::Time),
    ("retry.factor", Kind::Factor),
    ("retry.max_delay", Kind::Time),
    ("retry.jitter", Kind::Word(&["full", "equal", "decorrelated", "none"])),
    ("retry.total", Kind::Time),
    ("retry.budget", Kind::NameOrOff),
    ("retry.retry_after", Kind::Switch),
    ("retry.when", Kind::Code(IS_CODE)),
    ("retry.until", Kind::Code(IS_CODE)),
    ("retry.err", Kind::Code(IS_CODE)),
    ("retry.span", Kind::Code("is the name of a span, which a file cannot change")),
    ("timeout.enabled", Kind::Switch),
    ("timeout.attempt", Kind::Time),
    ("timeout.total", Kind::Time),
    ("timeout.first", Kind::Code(IS_STREAM)),
    ("timeout.idle", Kind::Code(IS_STREAM)),
    ("timeout.err", Kind::Code(IS_CODE)),
    ("breaker.enabled", Kind::Switch),
    ("breaker.rate", Kind::Share),
    ("breaker.min_calls", Kind::Count("`min_calls` is how many calls make a rate")),
    ("breaker.window", Kind::Time),
    ("breaker.open", Kind::Time),
    ("breaker.half_open", Kind::Count("`half_open` is how many calls probe an open circuit")),
    ("breaker.name", Kind::Code(IS_NAME)),
    ("breaker.err", Kind::Code(IS_CODE)),
    ("cache.enabled", Kind::Switch),
    ("cache.ttl", Kind::Time),
    ("cache.capacity", Kind::Count("`capacity` is how many values are kept")),
    ("cache.key", Kind::Code(IS_CODE)),
    ("cache.single_flight", Kind::Code("is part of the program: it stays as the attribute has it")),
    ("hedge.enabled", Kind::Switch),
    ("hedge.after", Kind::Time),
    ("hedge.max", Kind::Count("`max` counts the first call")),
    ("limit.enabled", Kind::Switch),
    ("limit.concurrency", Kind::Count("`concurrency` is how many calls run at once")),
    ("limit.queue", Kind::Length),
    ("limit.requests_per_minute", Kind::Count("`requests_per_minute` lets calls through")),
    ("limit.tokens_per_minute", Kind::Tokens("`tokens_per_minute` lets tokens through")),
    ("limit.max_wait", Kind::Time),
    ("limit.name", Kind::Code(IS_NAME)),
    ("limit.cost", Kind::Code(IS_CODE)),
    ("limit.used", Kind::Code(IS_CODE)),
    ("limit.err", Kind::Code(IS_CODE)),
];

/// The keys of one `fallback."name"`.
pub(super) const FALLBACK_KEYS: &[(&str, Kind)] = &[
    ("fallback.enabled", Kind::Switch),
    ("fallback.timeout", Kind::Time),
    ("fallback.when", Kind::Code(IS_CODE)),
    ("fallback.value", Kind::Code(IS_CODE)),
    ("fallback.level", Kind::Code("is the name of a step, which a file cannot change")),
];

/// The policies that a section may name, in the order of the table.
pub(super) fn policies() -> Vec<&'static str> {
    let mut names: Vec<&str> =
        KEYS.iter().filter_map(|(key, _)| Some(key.split_once('.')?.0)).collect();
    names.dedup();
    names.push("fallback");
    names
}

/// A policy's keys, without its name, and what each may be.
pub(super) fn keys_of(policy: &str) -> Vec<(&'static str, &'static str, Kind)> {
    let all = KEYS.iter().chain(FALLBACK_KEYS);
    let split = all.filter_map(|(dotted, kind)| {
        let (owner, key) = dotted.split_once('.')?;
        (owner == policy).then_some((*dotted, key, *kind))
    });
    split.collect()
}

/// The keys that may be given, for messages.
pub(super) fn accepted(keys: &[(&'static str, &'static str, Kind)]) -> Vec<&'static str> {
    let given = keys.iter().filter(|(_, _, kind)| !matches!(kind, Kind::Code(_)));
    given.map(|(_, key, _)| *key).collect()
}
