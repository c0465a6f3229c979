use super::*;

fn otel(variables: &[(&str, &str)]) -> EnvSettings {
    let mut errors = Vec::new();
    let settings = read_otel(&Variables::given(variables.iter().copied()), &mut errors);
    assert_eq!(errors, []);
    settings
}

fn lumina(variables: &[(&str, &str)]) -> EnvSettings {
    let mut errors = Vec::new();
    let settings = read_lumina(&Variables::given(variables.iter().copied()), &mut errors);
    assert_eq!(errors, []);
    settings
}

#[test]
fn nothing_set_is_nothing_said() {
    let nothing = |exporters_by| EnvSettings { exporters_by, ..EnvSettings::default() };
    assert_eq!(otel(&[]), nothing("OTEL_TRACES_EXPORTER"));
    assert_eq!(lumina(&[]), nothing("LUMINA_EXPORTERS"));
}

#[test]
fn the_switches_are_of_opposite_sense() {
    assert_eq!(lumina(&[("LUMINA_ENABLED", "0")]).enabled, Some(false));
    assert_eq!(lumina(&[("LUMINA_ENABLED", "TRUE")]).enabled, Some(true));
    assert_eq!(otel(&[("OTEL_SDK_DISABLED", "true")]).enabled, Some(false));
    assert_eq!(otel(&[("OTEL_SDK_DISABLED", "False")]).enabled, Some(true));
}

#[test]
fn each_sampler_of_the_specification_is_known() {
    let sampler = |name, arg: &str| {
        let arg = ("OTEL_TRACES_SAMPLER_ARG", arg);
        otel(&[("OTEL_TRACES_SAMPLER", name), arg]).sampler.unwrap()
    };
    assert_eq!(sampler("always_on", "0.5"), Sampler::Ratio(1.0));
    assert_eq!(sampler("always_off", "0.5"), Sampler::Ratio(0.0));
    assert_eq!(sampler("traceidratio", "0.5"), Sampler::Ratio(0.5));
    assert_eq!(sampler("traceidratio", ""), Sampler::Ratio(1.0));
    assert_eq!(sampler("parentbased_always_on", ""), Sampler::ParentOrRatio(1.0));
    assert_eq!(sampler("parentbased_always_off", ""), Sampler::ParentOrRatio(0.0));
    assert_eq!(sampler("parentbased_traceidratio", "0.25"), Sampler::ParentOrRatio(0.25));
}

#[test]
fn a_span_limit_wins_over_the_general_one() {
    let settings = otel(&[
        ("OTEL_ATTRIBUTE_COUNT_LIMIT", "10"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "20"),
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "0"),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", "5"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "6"),
    ]);
    assert_eq!((settings.attributes, settings.event_attributes), (Some(20), Some(10)));
    assert_eq!(
        (settings.value_length, settings.events, settings.links),
        (Some(0), Some(5), Some(6))
    );
}

#[test]
fn the_batch_variables_are_in_milliseconds_and_spans() {
    let settings = otel(&[
        ("OTEL_BSP_SCHEDULE_DELAY", "250"),
        ("OTEL_BSP_EXPORT_TIMEOUT", "3000"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "100"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10"),
    ]);
    assert_eq!(settings.batch_delay, Some(Duration::from_millis(250)));
    assert_eq!(settings.export_timeout, Some(Duration::from_secs(3)));
    assert_eq!((settings.queue_spans, settings.batch_spans), (Some(100), Some(10)));
}

#[test]
fn every_wrong_value_is_reported_with_its_variable() {
    let wrong = [
        ("LUMINA_ENABLED", "maybe"),
        ("LUMINA_EXPORTERS", "stdout"),
        ("LUMINA_SAMPLE_RATIO", "2"),
        ("LUMINA_LEVEL", "loud"),
        ("OTEL_SDK_DISABLED", "1"),
        ("OTEL_RESOURCE_ATTRIBUTES", "novalue"),
        ("OTEL_TRACES_EXPORTER", "jsonl"),
        ("OTEL_TRACES_SAMPLER", "sometimes"),
        ("OTEL_BSP_SCHEDULE_DELAY", "1s"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "0"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "-1"),
        ("OTEL_BSP_EXPORT_TIMEOUT", "0"),
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "-1"),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", "many"),
    ];
    let (variables, mut errors) = (Variables::given(wrong), Vec::new());
    read_lumina(&variables, &mut errors);
    read_otel(&variables, &mut errors);
    let reported: Vec<(&str, &str)> =
        errors.iter().map(|error| (&*error.name, error.value.as_deref().unwrap())).collect();
    assert_eq!(reported.len(), wrong.len(), "{reported:?}");
    for wrong in wrong {
        assert!(reported.contains(&wrong), "{wrong:?} is missing in {reported:?}");
    }
    assert!(errors.iter().all(|error| !error.accepted.is_empty()));
}

#[test]
fn the_argument_of_a_sampler_that_takes_none_is_not_looked_at() {
    let settings =
        otel(&[("OTEL_TRACES_SAMPLER", "always_on"), ("OTEL_TRACES_SAMPLER_ARG", "endpoint=x")]);
    assert_eq!(settings.sampler, Some(Sampler::Ratio(1.0)));
}
