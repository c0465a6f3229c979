//! From a plan to a pipeline at work; whatever fails, nothing is left running.

use super::error::{InvalidSetting, SetupError};
use super::plan::{Exporters, Named, Plan};
use super::running::Pipeline;
use super::source::{self, Collected, SourceConfig};
use crate::export::worker::{Worker, WorkerConfig};
use crate::export::{Console, Exporter, Jsonl};
use std::sync::Arc;
use std::time::Instant;

/// Makes the exporters, starts their threads, and opens the pipeline at the collector.
pub(super) fn start(plan: Plan) -> Result<(Pipeline, Arc<Collected>), SetupError> {
    let exporters = match plan.exporters {
        Exporters::Given(exporters) => exporters,
        Exporters::Named(named) => named
            .iter()
            .map(make)
            .collect::<Result<_, _>>()
            .map_err(|wrong| SetupError::Invalid { settings: vec![wrong] })?,
    };
    let workers: Arc<[Worker]> = start_workers(exporters, &plan.worker)?.into();
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
        crate::record::encode::set_value_limit(bytes);
    }
    Ok((Pipeline::new(Box::new(Arc::clone(&source)), workers), source))
}

fn make(named: &Named) -> Result<Box<dyn Exporter>, InvalidSetting> {
    match named {
        Named::Console => Ok(Box::new(Console::new())),
        Named::Jsonl(path) => match Jsonl::create(path) {
            Ok(jsonl) => Ok(Box::new(jsonl)),
            Err(error) => Err(InvalidSetting::new(
                "LUMINA_FILE",
                path.to_string_lossy(),
                format!("the path of a file that can be written ({error})"),
            )),
        },
        Named::Otlp => otlp(),
    }
}

fn otlp() -> Result<Box<dyn Exporter>, InvalidSetting> {
    Err(InvalidSetting::without_value(
        "the exporter `otlp`",
        "console, jsonl; for `otlp` switch on lumina's cargo feature `otlp`",
    ))
}

fn start_workers(
    exporters: Vec<Box<dyn Exporter>>,
    config: &WorkerConfig,
) -> Result<Vec<Worker>, SetupError> {
    let mut workers: Vec<Worker> = Vec::with_capacity(exporters.len());
    for exporter in exporters {
        let label = unused_label(exporter.name(), &workers);
        match Worker::start(&label, exporter, config) {
            Ok(worker) => workers.push(worker),
            Err(source) => {
                stop(&workers);
                return Err(SetupError::Thread { name: format!("lumina-{label}"), source });
            }
        }
    }
    Ok(workers)
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
