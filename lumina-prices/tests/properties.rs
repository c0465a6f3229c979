//! What holds whatever the input: no panic, no token lost, sums that add up.

mod support;

use lumina_prices::{
    Bucket, CostTotal, Counts, Money, PriceOverrides, PriceTable, Query, ServiceTier, StreamUsage,
    Usage, litellm_rows,
};
use serde_json::{Value, json};
use support::Chance;

const NOW: u64 = 1_793_534_400_000_000_000;
const FIXTURES: &[&str] = &[
    include_str!("fixtures/openai_chat.json"),
    include_str!("fixtures/openai_responses.json"),
    include_str!("fixtures/azure.json"),
    include_str!("fixtures/anthropic.json"),
    include_str!("fixtures/google.json"),
    include_str!("fixtures/bedrock.json"),
    include_str!("fixtures/openai_compatible.json"),
    include_str!("fixtures/cohere_voyage_local.json"),
];
const PROVIDERS: &[&str] = &[
    "openai",
    "azure",
    "anthropic",
    "google",
    "aws",
    "mistral",
    "deepseek",
    "groq",
    "x-ai",
    "cohere",
    "voyageai",
    "perplexity",
    "minimax",
    "openrouter",
    "ollama",
    "nobody",
    "",
    "https://api.openai.com/v1",
];
const MODELS: &[&str] = &[
    "gpt-4o",
    "gpt-5.4",
    "claude-sonnet-4-5",
    "claude-haiku-4-5",
    "gemini-2.5-pro",
    "gemini-2.5-flash",
    "gpt-realtime",
    "o3",
    "my-model",
];

fn usage(chance: &mut Chance) -> Usage {
    Bucket::ALL.into_iter().fold(Usage::new(), |usage, bucket| {
        let count = if chance.below(3) == 0 { chance.below(300_000) } else { 0 };
        usage.with(bucket, count).unwrap()
    })
}

/// A tree of calls: what its root has cost as its nodes add it up, and all its leaves.
fn tree(chance: &mut Chance, depth: u64, leaves: &mut Vec<Money>, unknown: &mut u64) -> CostTotal {
    let mut node = CostTotal::default();
    for _ in 0..chance.below(5) {
        if depth > 0 && chance.below(2) == 0 {
            node += &tree(chance, depth - 1, leaves, unknown);
        } else {
            let query = Query::new(chance.one_of(MODELS), NOW);
            let cost = PriceTable::embedded().cost(&query, &usage(chance));
            match &cost {
                Ok(cost) => leaves.push(cost.total()),
                Err(_) => *unknown += 1,
            }
            node += &cost;
        }
    }
    node
}

#[test]
fn the_sum_of_the_children_is_the_parent_whatever_the_tree() {
    for seed in 0..300 {
        let (mut leaves, mut unknown) = (Vec::new(), 0);
        let root = tree(&mut Chance(seed), 6, &mut leaves, &mut unknown);
        assert_eq!(root.total(), leaves.iter().copied().sum(), "seed {seed}");
        assert_eq!(root.calls_priced(), leaves.len() as u64, "seed {seed}");
        assert_eq!(root.calls_unknown(), unknown, "seed {seed}");
        let by_bucket: Money = Bucket::ALL.into_iter().map(|bucket| root.of(bucket)).sum();
        assert_eq!(root.total(), by_bucket, "seed {seed}");
    }
}

#[test]
fn counts_that_are_taken_apart_are_all_still_there() {
    let (mut taken, mut refused) = (0, 0);
    for seed in 0..50_000 {
        let mut chance = Chance(seed);
        let mut part = |limit: u64| if chance.below(2) == 0 { 0 } else { chance.below(limit) };
        let counts = Counts {
            input_tokens: part(1000),
            cache_read_tokens: part(400),
            cache_audio_read_tokens: part(100),
            cache_write_tokens: part(400),
            cache_write_1h_tokens: part(100),
            input_audio_tokens: part(400),
            input_image_tokens: part(100),
            output_tokens: part(1000),
            output_reasoning_tokens: part(700),
            output_audio_tokens: part(300),
            requests: 1,
            ..Counts::default()
        };
        let Ok(usage) = Usage::try_from(counts) else {
            refused += 1;
            continue;
        };
        taken += 1;
        let wire = usage.otel();
        assert_eq!(usage.input_tokens(), counts.input_tokens, "seed {seed}");
        assert_eq!(usage.output_tokens(), counts.output_tokens, "seed {seed}");
        assert_eq!(wire.cache_read_input_tokens, counts.cache_read_tokens, "seed {seed}");
        assert_eq!(wire.cache_creation_input_tokens, counts.cache_write_tokens, "seed {seed}");
        let audio = usage[Bucket::InputAudio] + usage[Bucket::CacheReadAudio];
        assert_eq!(audio, counts.input_audio_tokens, "seed {seed}");
    }
    assert!(taken > 2000 && refused > 5000, "{taken} taken, {refused} refused");
}

#[test]
fn a_cost_grows_by_the_same_amount_with_each_token() {
    for seed in 0..2000 {
        let mut chance = Chance(seed);
        let query =
            Query::new(chance.one_of(&["gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash"]), NOW);
        let tier = chance.one_of(&[ServiceTier::Standard, ServiceTier::Batch]);
        let query = query.tier(&tier);
        let (one, two) = (usage(&mut chance), usage(&mut chance));
        let cost =
            |usage: &Usage| PriceTable::embedded().cost(&query, usage).map(|cost| cost.total());
        if let (Ok(first), Ok(second)) = (cost(&one), cost(&two)) {
            assert_eq!(cost(&(one + two)).unwrap(), first + second, "seed {seed}");
        }
    }
}

/// Everything that takes JSON, on one value. Panics are what the test looks for.
fn take_in(chance: &mut Chance, value: &Value) {
    let table = PriceTable::embedded();
    let provider = chance.one_of(PROVIDERS);
    let extracted = table.extract(provider, value);
    let _ = extracted.cost(table, chance.next(), Some(chance.one_of(MODELS)));
    if let Ok(usage) = extracted.usage {
        assert!(usage.tokens() <= 2 * lumina_prices::MAX_COUNT, "{value}");
        assert_eq!(usage.otel().input_tokens, usage.input_tokens());
    }
    assert!(extracted.finish_reasons.len() <= 16);
    let mut stream = StreamUsage::new();
    stream.push(value);
    stream.push(value);
    let whole = stream.extract(table, provider).usage;
    let _ = format!("{whole:?}");
}

#[test]
fn no_json_makes_it_panic() {
    let mut usages = 0;
    for seed in 0..24_000 {
        let mut chance = Chance(seed);
        let value = chance.json(5);
        take_in(&mut chance, &value);
        usages += u64::from(PriceTable::embedded().extract("ollama", &value).usage.is_ok());
        if seed % 16 == 0 {
            let text = json!({"price": [value], "a": value}).to_string();
            let _ = litellm_rows(&text);
            if let Ok(prices) = serde_json::from_str::<PriceOverrides>(&text) {
                let _ = PriceTable::builder().genai_prices("[]").overrides(prices.price).build();
            }
            let _ = PriceTable::builder().genai_prices(text).build();
        }
    }
    assert!(usages > 0, "some of it looks like a response");
}

#[test]
fn no_damage_to_a_real_response_makes_it_panic() {
    let responses: Vec<Value> = FIXTURES
        .iter()
        .flat_map(|json| serde_json::from_str::<Vec<Value>>(json).unwrap())
        .flat_map(|case| match case.get("events") {
            Some(events) => events.as_array().unwrap().clone(),
            None => vec![case["response"].clone()],
        })
        .collect();
    let (mut read, mut invalid) = (0, 0);
    for seed in 0..16_000 {
        let mut chance = Chance(seed);
        let mut response = chance.one_of(&responses);
        for _ in 0..=chance.below(3) {
            chance.damage(&mut response);
        }
        take_in(&mut chance, &response);
        match PriceTable::embedded().extract("openai", &response).usage {
            Ok(_) => read += 1,
            Err(error) => invalid += u64::from(error.is_invalid()),
        }
    }
    assert!(read > 400 && invalid > 400, "{read} read, {invalid} invalid");
}

#[test]
fn no_name_makes_the_search_panic_and_all_threads_find_the_same() {
    let find = |seed: u64| {
        let mut chance = Chance(seed);
        let length = chance.below(40) as usize;
        let model: String = (0..length)
            .map(|_| chance.one_of(&['a', 'é', '/', '-', ':', '.', 'G', ' ', '4']))
            .collect();
        let model = format!("{}{model}", chance.one_of(MODELS));
        let query = Query::new(&model, NOW).provider(chance.one_of(PROVIDERS));
        PriceTable::embedded()
            .row(&query)
            .map(|row| row.to_string())
            .map_err(|error| error.to_string())
    };
    let threads: Vec<_> = (0..4)
        .map(|_| std::thread::spawn(move || (0..5000).map(find).collect::<Vec<_>>()))
        .collect();
    let mut found = threads.into_iter().map(|thread| thread.join().unwrap());
    let first = found.next().unwrap();
    assert!(found.all(|other| other == first));
}
