//! From a plan to a pipeline at work; whatever fails, nothing is left running.

use super::env::Variables;
use super::error::{InvalidSetting, SetupError};
use super::plan::{Exporters, Named, OtlpChoice, Plan};
use super::running::Pipeline;
use super::source::{self, Collected, SourceConfig};
use crate::export::worker::{NewSpool, Worker, WorkerConfig};
use crate::export::{Console, Exporter, Jsonl, SpoolConfig};
use crate::record;
use std::sync::Arc;
use std::time::Instant;

/// Makes the exporters, starts their threads, and opens the pipeline at the collector.
pub(super) fn start(plan: Plan) -> Result<(Pipeline, Arc<Collected>), SetupError> {
    let Exporters { given: mut exporters, named } = plan.exporters;
    for named in named {
        exporters.push(make(named, &plan.variables)?);
    }
    let workers: Arc<[Worker]> =
        start_workers(exporters, &plan.worker, plan.spool.as_ref())?.into();
    let config = SourceConfig {
        resource: plan.resource,
        limits: plan.limits,
        batch: plan.batch,
        sampler: plan.sampler,
    };
    let source = source::open(config, Arc::clone(&workers)).map_err(|error| {
        stop(&workers);
        SetupError::Collector { source: Box::new(error) }
    })?;
    if let Some(bytes) = plan.max_value_bytes {
        record::encode::set_value_limit(bytes);
    }
    if let Some(bytes) = plan.buffer_bytes {
        record::pool::set_block_bytes(bytes);
    }
    Ok((Pipeline::new(Box::new(Arc::clone(&source)), workers), source))
}

fn make(named: Named, variables: &Variables) -> Result<Box<dyn Exporter>, SetupError> {
    match named {
        Named::Console => Ok(Box::new(Console::new())),
        Named::Jsonl(path) => match Jsonl::create(&path) {
            Ok(jsonl) => Ok(Box::new(jsonl)),
            Err(error) => Err(SetupError::from(InvalidSetting::new(
                "LUMINA_FILE",
                path.to_string_lossy(),
                format!("the path of a file that can be written ({error})"),
            ))),
        },
        Named::Otlp(choice) => otlp(choice, variables),
    }
}

#[cfg(feature = "otlp")]
fn otlp(choice: OtlpChoice, variables: &Variables) -> Result<Box<dyn Exporter>, SetupError> {
    let mut otlp = crate::export::Otlp::builder();
    if let Some(url) = choice.endpoint {
        otlp = otlp.endpoint(url);
    }
    if let Some(key) = choice.api_key {
        otlp = otlp.bearer(key);
    }
    // A value that is not Unicode is handed on with its losses, to be refused with its name.
    let lookup = |name: &str| variables.get(name).unwrap_or_else(Some);
    Ok(Box::new(otlp.with_env(&lookup)?.build()?))
}

#[cfg(not(feature = "otlp"))]
fn otlp(choice: OtlpChoice, _: &Variables) -> Result<Box<dyn Exporter>, SetupError> {
    Err(SetupError::OtlpNotCompiled { setting: choice.asked_by })
}

fn start_workers(
    exporters: Vec<Box<dyn Exporter>>,
    config: &WorkerConfig,
    spool: Option<&SpoolConfig>,
) -> Result<Vec<Worker>, SetupError> {
    let mut workers: Vec<Worker> = Vec::with_capacity(exporters.len());
    for exporter in exporters {
        let label = unused_label(exporter.name(), &workers);
        let spool = spool.map(|spool| new_spool(spool, &label, exporter.as_ref())).transpose();
        let spool = spool.inspect_err(|_| stop(&workers))?.flatten();
        match Worker::start_with(&label, exporter, config, spool) {
            Ok(worker) => workers.push(worker),
            Err(source) => {
                stop(&workers);
                return Err(SetupError::Thread { name: format!("lumina-{label}"), source });
            }
        }
    }
    Ok(workers)
}

/// The spool of one exporter; `None` where its batches cannot wait on disk.
#[cfg(feature = "spool")]
fn new_spool(
    config: &SpoolConfig,
    label: &str,
    exporter: &dyn Exporter,
) -> Result<Option<NewSpool>, SetupError> {
    let format = exporter.spool_encoder().map(|encoder| encoder.format());
    Ok(format.map(|format| NewSpool {
        shelf: crate::export::spool::open(config, label, format),
        write_ahead: config.mode == crate::export::SpoolMode::WriteAhead,
    }))
}

#[cfg(not(feature = "spool"))]
fn new_spool(_: &SpoolConfig, _: &str, _: &dyn Exporter) -> Result<Option<NewSpool>, SetupError> {
    Err(SetupError::SpoolNotCompiled)
}

/// `name`, or `name#2`, `name#3`, ... where others bear it.
fn unused_label(name: &str, workers: &[Worker]) -> String {
    let is_used = |label: &str| workers.iter().any(|worker| worker.label() == label);
    let numbered = (2..).map(|n| format!("{name}#{n}"));
    let mut labels = std::iter::once(name.to_owned()).chain(numbered);
    // OK to fall back: the numbers do not end.
    labels.find(|label| !is_used(label)).unwrap_or_default()
}

/// Ends threads that have had nothing to do yet.
fn stop(workers: &[Worker]) {
    let now = Instant::now();
    for worker in workers {
        worker.request_close(now);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Builder, SetupError};
    use crate::export::Memory;
    use std::time::Duration;

    fn setup(variables: &[(&str, &str)]) -> Result<Vec<String>, SetupError> {
        let builder = Builder::new().variables(variables.iter().copied());
        let pipeline = builder.exit_timeout(Duration::from_secs(10)).build_scoped()?;
        Ok(pipeline.health().exporters.into_iter().map(|exporter| exporter.name).collect())
    }

    #[test]
    fn exporters_of_one_name_can_be_told_apart() {
        let builder = Builder::new().exporter(Memory::new()).exporter(Memory::new());
        let health = builder.exporter(Memory::new()).build_scoped().unwrap().health();
        let names: Vec<String> = health.exporters.into_iter().map(|e| e.name).collect();
        assert_eq!(names, ["memory", "memory#2", "memory#3"]);
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_named_with_its_variable() {
        let error = setup(&[("LUMINA_FILE", "/nowhere/spans.jsonl")]).unwrap_err().to_string();
        assert!(
            error.starts_with("LUMINA_FILE is \"/nowhere/spans.jsonl\"; accepted: "),
            "{error}"
        );
    }

    #[cfg(feature = "otlp")]
    #[test]
    fn a_wrong_endpoint_is_named_and_the_key_is_not() {
        let key = ("LUMINA_API_KEY", "lumina_live_secret");
        let error = setup(&[("LUMINA_ENDPOINT", "gopher://x"), key]).unwrap_err().to_string();
        assert!(error.contains("LUMINA_ENDPOINT") && error.contains("gopher"), "{error}");
        assert!(!error.contains("secret"), "{error}");
        assert_eq!(setup(&[("LUMINA_ENDPOINT", "http://localhost:1"), key]).unwrap(), ["otlp"]);
    }

    #[cfg(feature = "otlp")]
    #[test]
    fn the_builders_endpoint_comes_beside_its_exporters_and_beats_the_environment() {
        let builder = Builder::new().variables([("LUMINA_ENDPOINT", "gopher://x")]);
        let builder = builder.exporter(Memory::new()).endpoint("http://localhost:1");
        let builder = builder.api_key("lumina_live_secret");
        assert!(!format!("{builder:?}").contains("secret"));
        let error = builder.build_scoped().err().map(|error| error.to_string());
        assert_eq!(error, None);
    }

    #[cfg(not(feature = "otlp"))]
    #[test]
    fn an_endpoint_without_its_feature_is_an_error_that_names_both() {
        let error = setup(&[("LUMINA_ENDPOINT", "http://localhost:4318")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "LUMINA_ENDPOINT asks for the exporter `otlp`, which needs lumina's feature `otlp`"
        );
    }
}
