//! Which of two settings wins, and what is refused.

use super::*;
use crate::export::Memory;

fn builder(variables: &[(&str, &str)]) -> Builder {
    Builder::new().variables(variables.iter().copied())
}

fn plan(builder: Builder) -> Plan {
    lower(builder).unwrap().expect("enabled")
}

fn named(variables: &[(&str, &str)]) -> Vec<Named> {
    plan(builder(variables)).exporters.named
}

fn otlp(asked_by: &'static str) -> Named {
    Named::Otlp(OtlpChoice { asked_by, endpoint: None, api_key: None })
}

fn service(builder: Builder) -> String {
    plan(builder).resource.get("service.name").unwrap().to_string()
}

#[test]
fn the_builder_beats_lumina_beats_otel_beats_the_default() {
    let otel = ("OTEL_SERVICE_NAME", "otel");
    let lumina = ("LUMINA_SERVICE_NAME", "lumina");
    let attributes = ("OTEL_RESOURCE_ATTRIBUTES", "service.name=attribute");
    assert_eq!(service(builder(&[lumina, otel, attributes]).service("builder")), "builder");
    assert_eq!(service(builder(&[lumina, otel, attributes])), "lumina");
    assert_eq!(service(builder(&[otel, attributes])), "otel");
    assert_eq!(service(builder(&[attributes])), "attribute");
    assert!(service(builder(&[])).starts_with("unknown_service:"));
    let by_attribute = builder(&[lumina]).attribute("service.name", "attribute");
    assert_eq!(service(by_attribute), "attribute");
}

#[test]
fn sampling_follows_the_same_precedence() {
    let otel = ("OTEL_TRACES_SAMPLER", "always_off");
    let lumina = ("LUMINA_SAMPLE_RATIO", "0.5");
    let sampler = |builder| plan(builder).sampler;
    let of = Sampler::ParentOrRatio;
    assert_eq!(sampler(builder(&[lumina, otel]).sample_ratio(0.25)), of(0.25));
    assert_eq!(sampler(builder(&[lumina, otel])), of(0.5));
    assert_eq!(sampler(builder(&[otel])), Sampler::Ratio(0.0));
    assert_eq!(sampler(builder(&[])), of(1.0));
}

#[test]
fn the_level_is_for_our_own_subscriber() {
    let level = |builder| plan(builder).max_level;
    let debug = ("LUMINA_LEVEL", "debug");
    assert_eq!(level(builder(&[])), Some(LevelFilter::INFO));
    assert_eq!(level(builder(&[debug])), Some(LevelFilter::DEBUG));
    assert_eq!(level(builder(&[debug]).max_level(LevelFilter::OFF)), Some(LevelFilter::OFF));
    assert_eq!(level(builder(&[debug]).without_subscriber()), None);
}

#[test]
fn with_nothing_set_spans_go_to_the_console() {
    assert_eq!(named(&[]), [Named::Console]);
}

#[test]
fn an_endpoint_and_a_file_each_bring_their_exporter() {
    let endpoint = ("LUMINA_ENDPOINT", "http://localhost:4318");
    let file = ("LUMINA_FILE", "spans.jsonl");
    let jsonl = Named::Jsonl(PathBuf::from("spans.jsonl"));
    assert_eq!(named(&[endpoint]), [otlp("LUMINA_ENDPOINT")]);
    assert_eq!(named(&[file]), std::slice::from_ref(&jsonl));
    assert_eq!(named(&[endpoint, file]), [otlp("LUMINA_ENDPOINT"), jsonl]);
    assert_eq!(
        named(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "x")]),
        [otlp("OTEL_EXPORTER_OTLP_ENDPOINT")]
    );
}

#[test]
fn a_list_of_exporters_is_taken_as_it_is() {
    let endpoint = ("LUMINA_ENDPOINT", "http://localhost:4318");
    let list = ("LUMINA_EXPORTERS", "console");
    assert_eq!(named(&[endpoint, list, ("OTEL_TRACES_EXPORTER", "otlp")]), [Named::Console]);
    assert_eq!(
        named(&[("OTEL_TRACES_EXPORTER", "otlp,console")]),
        [otlp("OTEL_TRACES_EXPORTER"), Named::Console]
    );
    assert_eq!(named(&[endpoint, ("OTEL_TRACES_EXPORTER", "none")]), []);
}

#[test]
fn jsonl_without_a_file_is_an_error_that_names_the_variable() {
    let errors = lower(builder(&[("LUMINA_EXPORTERS", "jsonl")])).err().unwrap();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].name, "LUMINA_FILE");
}

#[test]
fn exporters_given_to_the_builder_replace_those_of_the_environment() {
    let builder = builder(&[("LUMINA_FILE", "spans.jsonl")]).exporter(Memory::new());
    let exporters = plan(builder).exporters;
    assert_eq!((exporters.given.len(), exporters.named), (1, Vec::new()));
}

#[test]
fn switched_off_nothing_else_is_looked_at() {
    let off = ("LUMINA_ENABLED", "0");
    let wrong = ("OTEL_BSP_MAX_QUEUE_SIZE", "many");
    let otel_off = ("OTEL_SDK_DISABLED", "true");
    assert!(lower(builder(&[off, wrong])).unwrap().is_none());
    assert!(lower(builder(&[otel_off])).unwrap().is_none());
    assert!(lower(builder(&[otel_off, ("LUMINA_ENABLED", "1")])).unwrap().is_some());
    assert!(lower(builder(&[off]).enabled(true)).unwrap().is_some());
}

#[test]
fn a_batch_is_never_larger_than_the_queue() {
    let plan = plan(builder(&[
        ("OTEL_BSP_MAX_QUEUE_SIZE", "100"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "512"),
    ]));
    assert_eq!((plan.batch.max_spans, plan.worker.queue_spans), (100, 100));
}

#[test]
fn wrong_values_of_the_builder_and_of_variables_are_reported_together() {
    let builder = builder(&[("LUMINA_SAMPLE_RATIO", "2")]).sample_ratio(f64::NAN).service(" ");
    let errors = lower(builder).err().unwrap();
    let names: Vec<&str> = errors.iter().map(|error| error.name.as_str()).collect();
    assert_eq!(names, ["Builder::service", "Builder::sample_ratio", "LUMINA_SAMPLE_RATIO"]);
}
