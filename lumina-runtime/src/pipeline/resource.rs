//! What is said of the process itself: once a batch, in every exporter.

use super::env::Variables;
use crate::model::{Resource, Value};

/// What the user said of the process, already merged.
#[derive(Debug, Default)]
pub(super) struct Described {
    /// Weakest first: a later value of a key wins.
    pub(super) attributes: Vec<(String, Value)>,
    pub(super) service: Option<String>,
    pub(super) service_version: Option<String>,
    pub(super) environment: Option<String>,
}

/// What can be found out, then what the user said, which wins.
///
/// Source: OpenTelemetry semantic conventions, "Resource".
pub(super) fn describe(described: Described, variables: &Variables) -> Resource {
    let mut resource = Resource::new();
    resource.set("service.name", default_service());
    resource.set("telemetry.sdk.name", "lumina");
    resource.set("telemetry.sdk.language", "rust");
    resource.set("telemetry.sdk.version", env!("CARGO_PKG_VERSION"));
    resource.set("process.pid", std::process::id());
    if let Some(host) = host_name(variables) {
        resource.set("host.name", host);
    }
    for (key, value) in described.attributes {
        resource.set(key, value);
    }
    let named = [
        ("service.name", described.service),
        ("service.version", described.service_version),
        ("deployment.environment.name", described.environment),
    ];
    for (key, value) in named {
        if let Some(value) = value {
            resource.set(key, value);
        }
    }
    resource
}

/// `unknown_service:<executable>`, as the specification asks.
fn default_service() -> String {
    let executable = std::env::current_exe().ok();
    let name = executable.as_deref().and_then(|path| path.file_name());
    match name {
        Some(name) => format!("unknown_service:{}", name.to_string_lossy()),
        None => "unknown_service".to_owned(),
    }
}

/// The host's name where it can be had by reading a file or a variable.
fn host_name(variables: &Variables) -> Option<String> {
    let from_kernel = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let variable = |name| variables.get(name).ok().flatten();
    let name = from_kernel.or_else(|| variable("HOSTNAME")).or_else(|| variable("COMPUTERNAME"));
    name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_user_said_wins_over_what_was_found_out() {
        let described = Described {
            attributes: vec![
                ("service.name".to_owned(), Value::from("weak")),
                ("telemetry.sdk.name".to_owned(), Value::from("other")),
                ("team".to_owned(), Value::from("search")),
            ],
            service: Some("support".to_owned()),
            service_version: None,
            environment: Some("staging".to_owned()),
        };
        let resource = describe(described, &Variables::default());
        let get = |key| resource.get(key).map(ToString::to_string);
        assert_eq!(get("service.name").as_deref(), Some("support"));
        assert_eq!(get("telemetry.sdk.name").as_deref(), Some("other"));
        assert_eq!(get("team").as_deref(), Some("search"));
        assert_eq!(get("deployment.environment.name").as_deref(), Some("staging"));
        assert_eq!(get("process.pid"), Some(std::process::id().to_string()));
    }

    #[test]
    fn a_service_without_a_name_is_named_after_its_executable() {
        let resource = describe(Described::default(), &Variables::default());
        let name = resource.get("service.name").unwrap().to_string();
        assert!(name.starts_with("unknown_service:lumina_runtime"), "{name}");
    }
}
