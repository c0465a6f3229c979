//! How to reach a receiver: what the user says ([`OtlpBuilder`]), judged into [`Settings`].
//!
//! Reading the environment is in [`environment`](super::environment).

use super::certificates::Certificates;
use super::endpoint::{self, Endpoint};
use super::settings::Settings;
use super::{Otlp, environment, headers};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use ureq::http::HeaderMap;

/// Receivers take 4 MiB as a rule (gRPC's default); a margin is left for framing.
const DEFAULT_MAX_REQUEST_BYTES: usize = 4 * 1024 * 1024 - 64 * 1024;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// How requests travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OtlpProtocol {
    /// Protocol Buffers in an HTTP/1.1 request; port 4318 by convention.
    #[default]
    HttpProtobuf,
    /// gRPC; port 4317 by convention. Needs the feature `otlp-grpc`.
    Grpc,
}

/// What is done to request bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OtlpCompression {
    /// Sent as they are: the specification's default.
    #[default]
    None,
    /// gzip: about a tenth of the bytes, for CPU time of the exporter's thread.
    Gzip,
}

/// Why an OTLP exporter cannot be set up.
///
/// Values of headers and keys are never part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OtlpConfigError {
    /// A setting has a value that it does not accept.
    #[error("{setting} is {value:?}; accepted: {accepted}")]
    Invalid {
        /// The environment variable, or the builder's method.
        setting: &'static str,
        /// What was given, without user name, password and query of a URL.
        value: String,
        /// What would have been right.
        accepted: &'static str,
    },
    /// A setting that holds secrets is wrong; its value is not shown.
    #[error("{setting}: {problem}; accepted: {accepted}")]
    InvalidSecret {
        /// The environment variable, or the builder's method.
        setting: &'static str,
        /// What is wrong with it, without its value.
        problem: String,
        /// What would have been right.
        accepted: &'static str,
    },
    /// The certificates to trust cannot be used.
    #[error("{setting}: {problem} in {path:?}; accepted: a PEM file with at least one certificate")]
    Certificate {
        /// The environment variable, or the builder's method.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The protocol was not compiled in.
    #[error("{setting} asks for gRPC, which needs lumina's feature `otlp-grpc`")]
    GrpcNotCompiled {
        /// The environment variable, or the builder's method.
        setting: &'static str,
    },
}

/// A value and who gave it: the variable or the method, for errors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<T> {
    pub(super) by: &'static str,
    pub(super) value: T,
}

/// Settings of one source: `None` where it says nothing.
#[derive(Clone, Default)]
pub(super) struct Layer {
    pub(super) endpoint: Option<Given<Endpoint>>,
    pub(super) protocol: Option<Given<OtlpProtocol>>,
    pub(super) compression: Option<OtlpCompression>,
    pub(super) timeout: Option<Given<Duration>>,
    pub(super) certificate: Option<Given<PathBuf>>,
    pub(super) headers: HeaderMap,
}

/// Configures an [`Otlp`] exporter.
///
/// What is set here wins over what [`with_env`](Self::with_env) finds, whatever the order of calls;
/// headers are joined name by name. Nothing is judged before [`build`](Self::build).
///
/// Over HTTP, the process's `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are honoured,
/// except for receivers on this machine's loopback; over gRPC there is no proxy.
///
/// ```
/// use lumina_runtime::export::{Otlp, OtlpCompression};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let otlp = Otlp::builder()
///     .endpoint("https://otlp.example.com")
///     .bearer("lumina_live_0123456789")
///     .compression(OtlpCompression::Gzip)
///     .build()?;
/// assert_eq!(otlp.endpoint(), "https://otlp.example.com/v1/traces");
/// assert!(!format!("{otlp:?}").contains("lumina_live"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use = "a builder does nothing before `build`"]
pub struct OtlpBuilder {
    explicit: Layer,
    environment: Layer,
    raw_headers: Vec<(String, String)>,
    max_request_bytes: Option<usize>,
}

impl OtlpBuilder {
    /// Sets the receiver's base URL: `/v1/traces` is appended for HTTP.
    ///
    /// Default: `http://localhost:4318`, for gRPC `http://localhost:4317`.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        let endpoint = Endpoint { url: url.into(), is_complete: false };
        self.explicit.endpoint = Some(Given { by: "endpoint()", value: endpoint });
        self
    }

    /// Sets the receiver's complete URL, to which nothing is appended.
    pub fn traces_url(mut self, url: impl Into<String>) -> Self {
        let endpoint = Endpoint { url: url.into(), is_complete: true };
        self.explicit.endpoint = Some(Given { by: "traces_url()", value: endpoint });
        self
    }

    /// Sets how requests travel; default: HTTP.
    pub fn protocol(mut self, protocol: OtlpProtocol) -> Self {
        self.explicit.protocol = Some(Given { by: "protocol()", value: protocol });
        self
    }

    /// Adds a header to every request (metadata, with gRPC). Its value is treated as a secret.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.raw_headers.push((name.into(), value.into()));
        self
    }

    /// Sends `key` as `Authorization: Bearer key`.
    pub fn bearer(self, key: impl AsRef<str>) -> Self {
        self.header("authorization", format!("Bearer {}", key.as_ref()))
    }

    /// Sets how long one attempt may take, the connection included; default: 10 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.explicit.timeout = Some(Given { by: "timeout()", value: timeout });
        self
    }

    /// Sets the compression of request bodies; default: none.
    pub fn compression(mut self, compression: OtlpCompression) -> Self {
        self.explicit.compression = Some(compression);
        self
    }

    /// Trusts the certificates of a PEM file instead of the public authorities built in.
    pub fn certificate_file(mut self, path: impl AsRef<Path>) -> Self {
        let path = path.as_ref().to_owned();
        self.explicit.certificate = Some(Given { by: "certificate_file()", value: path });
        self
    }

    /// Sets the size above which a batch is split into several requests; default: nearly 4 MiB.
    ///
    /// Measured before compression. A single span above it is sent alone.
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.max_request_bytes = Some(bytes);
        self
    }

    /// Fills what no call has set from the environment, which `lookup` answers for.
    ///
    /// In the order of precedence: `LUMINA_ENDPOINT` (a base URL) and `LUMINA_API_KEY` (sent as
    /// `Authorization: Bearer`), then `OTEL_EXPORTER_OTLP_TRACES_*`, then `OTEL_EXPORTER_OTLP_*`,
    /// with `ENDPOINT`, `HEADERS`, `TIMEOUT` (milliseconds), `COMPRESSION`, `PROTOCOL` and
    /// `CERTIFICATE`. Empty variables count as unset.
    ///
    /// # Errors
    ///
    /// If a variable has a value that is not accepted.
    pub fn with_env(
        mut self,
        lookup: &(impl Fn(&str) -> Option<String> + ?Sized),
    ) -> Result<Self, OtlpConfigError> {
        self.environment = environment::read(lookup)?;
        Ok(self)
    }

    /// Makes the exporter. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// If a setting has a value that is not accepted, or the certificates cannot be read.
    pub fn build(self) -> Result<Otlp, OtlpConfigError> {
        Otlp::new(self.judge()?)
    }

    pub(super) fn judge(self) -> Result<Settings, OtlpConfigError> {
        let OtlpBuilder { explicit, environment, raw_headers, max_request_bytes } = self;
        let protocol = explicit.protocol.or(environment.protocol);
        let protocol = protocol.unwrap_or(Given { by: "default", value: OtlpProtocol::default() });
        if protocol.value == OtlpProtocol::Grpc && !cfg!(feature = "otlp-grpc") {
            return Err(OtlpConfigError::GrpcNotCompiled { setting: protocol.by });
        }
        let endpoint = explicit.endpoint.or(environment.endpoint);
        let endpoint = endpoint.unwrap_or_else(|| endpoint::default(protocol.value));
        let timeout = explicit.timeout.or(environment.timeout);
        let timeout = timeout.unwrap_or(Given { by: "default", value: DEFAULT_TIMEOUT });
        if timeout.value.is_zero() {
            let accepted = "more than zero";
            return Err(OtlpConfigError::Invalid {
                setting: timeout.by,
                value: format!("{:?}", timeout.value),
                accepted,
            });
        }
        let certificate = explicit.certificate.or(environment.certificate);
        let mut headers = environment.headers;
        for (name, value) in &raw_headers {
            let (name, value) = headers::pair("header()", name, value.as_bytes())?;
            headers.insert(name, value);
        }
        Ok(Settings {
            uri: endpoint::parse(&endpoint, protocol.value)?,
            protocol: protocol.value,
            compression: explicit.compression.or(environment.compression).unwrap_or_default(),
            timeout: timeout.value,
            certificates: certificate.map(Certificates::read).transpose()?,
            headers,
            max_request_bytes: max_request_bytes.unwrap_or(DEFAULT_MAX_REQUEST_BYTES),
        })
    }
}

/// Shows that it is a builder, and nothing that it holds.
impl fmt::Debug for OtlpBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtlpBuilder").finish_non_exhaustive()
    }
}
