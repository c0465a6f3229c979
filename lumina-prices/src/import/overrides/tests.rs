use super::PriceOverrides;
use crate::{Bucket, Date, PriceTable, Query, ServiceTier, Usage};

fn table(toml: &str) -> Result<PriceTable, String> {
    let file: PriceOverrides = toml::from_str(toml).map_err(|error| error.to_string())?;
    PriceTable::builder().overrides(file.price).build().map_err(|error| error.to_string())
}

fn cost(table: &PriceTable, query: Query<'_>, counts: &[(Bucket, u64)]) -> String {
    let usage = counts
        .iter()
        .fold(Usage::new(), |usage, &(bucket, count)| usage.with(bucket, count).unwrap());
    match table.cost(&query, &usage) {
        Ok(cost) => format!("{} {}", cost.total(), cost.row()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_override_stands_above_the_data_for_its_provider_only() {
    let table =
        table("[[price]]\nprovider = 'azure.ai.openai'\nmodel = 'GPT-4o'\ninput_mtok = 1\n")
            .unwrap();
    let input = [(Bucket::Input, 1_000_000)];
    let query = Query::new("gpt-4o", 0);
    assert_eq!(cost(&table, query.provider("azure"), &input), "$1.00 azure.ai.openai/gpt-4o");
    assert_eq!(cost(&table, query.provider("openai"), &input), "$2.50 openai/gpt-4o");
}

#[test]
fn dates_of_one_model_follow_each_other_and_the_data_holds_before_the_first() {
    let table = table(
        "[[price]]\nmodel = 'gpt-4o'\nstart_date = '2026-02-01'\ninput_mtok = 2\n
         [[price]]\nmodel = 'gpt-4o'\nstart_date = 2026-01-01\ninput_mtok = 1\n
         [[price]]\nmodel = 'ours'\nstart_date = '2026-01-01'\ninput_mtok = 1\n",
    )
    .unwrap();
    let at = |model, date: &str| {
        let unix_nanos = Date::parse(date).unwrap().start_unix_s() as u64 * 1_000_000_000;
        cost(
            &table,
            Query::new(model, unix_nanos).provider("openai"),
            &[(Bucket::Input, 1_000_000)],
        )
    };
    assert_eq!(at("gpt-4o", "2025-12-31"), "$2.50 openai/gpt-4o");
    assert_eq!(at("gpt-4o", "2026-01-31"), "$1.00 */gpt-4o@2026-01-01");
    assert_eq!(at("gpt-4o", "2026-02-01"), "$2.00 */gpt-4o@2026-02-01");
    assert_eq!(at("ours", "2025-12-31"), "no price of model \"ours\" holds yet");
}

#[test]
fn tiers_and_context_tiers_of_an_override_are_used() {
    let table = table(
        "[[price]]\nmatch = { starts_with = 'acme-' }\ninput_mtok = { base = 1, tiers = [{ start = 100, price = 2 }] }
         output_mtok = 0\ntier.priority = { input_mtok = 10 }\n",
    )
    .unwrap();
    let query = Query::new("acme-7", 0).provider("acme");
    assert!(cost(&table, query, &[(Bucket::Input, 100)]).starts_with("$0.0001 "));
    assert!(cost(&table, query, &[(Bucket::Input, 101)]).starts_with("$0.000202 "));
    let priority = query.tier(&ServiceTier::Priority);
    assert!(cost(&table, priority, &[(Bucket::Input, 101)]).starts_with("$0.00101 "));
    let unknown = cost(&table, priority, &[(Bucket::Output, 1)]);
    assert!(unknown.contains("no price for output (1) in the tier priority"), "{unknown}");
}

#[test]
fn an_override_of_one_tier_leaves_the_others_to_the_data() {
    let table = table(
        "[[price]]\nprovider = 'openai'\nmodel = 'gpt-4o'
         tier.priority = { input_mtok = 4.25, output_mtok = 17 }\n",
    )
    .unwrap();
    let query = Query::new("gpt-4o", 0).provider("openai");
    let output = [(Bucket::Output, 1000)];
    assert_eq!(cost(&table, query, &output), "$0.01 openai/gpt-4o");
    assert_eq!(cost(&table, query.tier(&ServiceTier::Batch), &output), "$0.005 openai/gpt-4o");
    assert_eq!(cost(&table, query.tier(&ServiceTier::Priority), &output), "$0.017 openai/gpt-4o");
}

#[test]
fn what_is_priced_apart_is_unknown_in_a_tier_that_does_not_and_fees_stay() {
    let table = table(
        "[[price]]\nmodel = 'ours'\ninput_mtok = 1\ncache_read_mtok = 0.1\noutput_mtok = 2
         web_searches_kcount = 10\ntier.flex = { input_mtok = 0.5, output_mtok = 1 }\n",
    )
    .unwrap();
    let flex = Query::new("ours", 0).provider("us").tier(&ServiceTier::Flex);
    assert_eq!(cost(&table, flex, &[(Bucket::OutputReasoning, 1000)]), "$0.001 */ours");
    assert_eq!(cost(&table, flex, &[(Bucket::WebSearches, 1)]), "$0.01 */ours");
    let cached = cost(&table, flex, &[(Bucket::CacheRead, 1)]);
    assert!(cached.contains("no price for cache_read (1) in the tier flex"), "{cached}");
}

#[test]
fn a_batch_of_a_model_with_an_own_price_is_not_discounted_by_itself() {
    let table =
        table("[[price]]\nprovider = 'openai'\nmodel = 'gpt-4o'\ninput_mtok = 1\n").unwrap();
    let query = Query::new("gpt-4o", 0).provider("openai").tier(&ServiceTier::Batch);
    assert!(cost(&table, query, &[(Bucket::Input, 1)]).contains("no price for the tier batch"));
}

#[test]
fn mistakes_are_refused_with_place_and_what_is_accepted() {
    for (toml, expected) in [
        (
            "[[price]]\nmodel = 'm'\ninput_mtok = 1\n[[price]]\nmodel = 'm'\ninptu_mtok = 1",
            "line 4",
        ),
        ("[[price]]\nmodel = 'm'\nprise = 1", "unknown key `prise`; accepted are provider, model"),
        ("[[price]]\nmodel = 'm'\ninput_mtok = true", "dollars such as 1.25"),
        (
            "[[price]]\nmodel = 'm'\ninput_mtok = -1",
            "[[price]] 1 (m): input_mtok: a price is not negative",
        ),
        (
            "[[price]]\nmodel = 'm'\ninput_mtok = 'free'",
            "[[price]] 1 (m): input_mtok: a price is a decimal",
        ),
        ("[[price]]\nmodel = 'm'\ninput_mtok = nan", "a price is a decimal number"),
        ("[[price]]\ninput_mtok = 1", "neither `model` nor `match`"),
        ("[[price]]\nmodel = 'm'\nmatch = { equals = 'm' }\ninput_mtok = 1", "keep one"),
        ("[[price]]\nmodel = 'm'", "has no price; give one of input_mtok"),
        (
            "[[price]]\nmodel = 'm'\ninput_mtok = 1\nstart_date = '2026-02-30'",
            "accepted are start_date",
        ),
        (
            "[[price]]\nmodel = 'm'\ninput_mtok = 1\nstart_date = { day = 1 }",
            "a date such as \"2026-09-01\"",
        ),
        ("[[price]]\nmodel = 'm'\ninput_mtok = 1\nstart_time = '10:00'", "with end_time"),
        ("[[price]]\nmodel = 'm'\ntier.default = { input_mtok = 1 }", "tier `standard`"),
        ("[[price]]\nmatch = { like = 'm' }\ninput_mtok = 1", "starts_with"),
        ("[[price]]\nmatch = { regex = '(' }\ninput_mtok = 1", "regex"),
        (
            "[[price]]\nmodel = 'm'\ninput_mtok = 1\n[[price]]\nmodel = 'M'\ninput_mtok = 2",
            "priced twice",
        ),
    ] {
        let error = table(toml).unwrap_err();
        assert!(error.contains(expected), "{toml}\n{error}");
    }
}

#[test]
fn the_version_tells_tables_apart() {
    let one = table("[[price]]\nmodel = 'm'\ninput_mtok = 1").unwrap();
    let two = table("[[price]]\nmodel = 'm'\ninput_mtok = 2").unwrap();
    let again = table("[[price]]\nmodel = 'm'\ninput_mtok = 1").unwrap();
    assert_ne!(one.version(), two.version());
    assert_eq!(one.version(), again.version());
    assert!(one.version().starts_with(&**PriceTable::embedded().version()));
}
