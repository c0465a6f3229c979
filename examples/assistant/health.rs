//! `GET /health`: whether requests can be answered, and what became of the spans so far.

use std::{convert::Infallible, io, sync::Arc};

use http_body_util::Full;
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::Assistant;

/// What a health check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Passages that answers can be taken from.
    pub passages: usize,
    /// Models that the provider offers; what is wrong if it does not say.
    pub models: Result<usize, String>,
    /// Whether spans are recorded and arrive.
    pub telemetry: lumina::Health,
}

impl Health {
    /// `healthy`; `degraded` if questions are answered and spans are not delivered; `unhealthy`.
    pub fn status(&self) -> &'static str {
        match (&self.models, self.telemetry.is_healthy()) {
            (Err(_), _) => "unhealthy",
            (Ok(_), false) => "degraded",
            (Ok(_), true) => "healthy",
        }
    }

    /// As it is served.
    pub fn to_json(&self) -> Value {
        let exporters = self.telemetry.exporters.iter().map(|exporter| {
            json!({
                "name": exporter.name,
                "delivered": exporter.exported,
                "dropped": exporter.dropped.total(),
                "queued": exporter.queued_spans,
            })
        });
        let models = match &self.models {
            Ok(count) => json!(count),
            Err(error) => json!({ "error": error }),
        };
        json!({
            "status": self.status(),
            "passages": self.passages,
            "models": models,
            "exporters": exporters.collect::<Vec<_>>(),
        })
    }
}

impl Assistant {
    /// Checks everything that an answer needs.
    #[lumina::traced(
        "health-check",
        kind = server,
        ok(|health| health.status = health.status(), health.passages = health.passages),
    )]
    pub async fn health(&self) -> Health {
        Health {
            passages: self.index.passages().len(),
            models: self.model.check().await.map_err(|error| error.to_string()),
            telemetry: lumina::health(),
        }
    }
}

/// Serves `GET /health` until it is dropped.
pub async fn serve(assistant: Arc<Assistant>, listener: TcpListener) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let assistant = Arc::clone(&assistant);
        tokio::spawn(async move {
            let service = service_fn(|request| respond(Arc::clone(&assistant), request));
            // OK to ignore: the client left.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn respond(
    assistant: Arc<Assistant>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::default();
    if request.uri().path() != "/health" {
        *response.status_mut() = StatusCode::NOT_FOUND;
        return Ok(response);
    }
    let health = assistant.health().await;
    if health.status() == "unhealthy" {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    *response.body_mut() = Full::from(health.to_json().to_string());
    Ok(response)
}
