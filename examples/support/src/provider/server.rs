//! HTTP: connections, keys, routes and bodies; the only place here that knows the listener.

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::{
    Method, Request, Response,
    body::Incoming,
    header::{AUTHORIZATION, HeaderMap},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use tokio::net::TcpListener;

use super::{
    behaviour::{Behaviour, Latency},
    body::Body,
    cache::PromptCache,
    completion,
    counters::Counters,
    dice::Dice,
    embed,
    error::Refusal,
    respond,
    wire::{ChatRequest, EmbeddingRequest, List, Model},
};

/// The largest request body that is read.
const MAX_BODY_BYTES: usize = 8 << 20;
/// When the models were made: 2025-01-01. Fixed, as a list should not change between runs.
const MODELS_CREATED_UNIX_SECONDS: u64 = 1_735_689_600;

/// What the connections share.
pub(super) struct State {
    pub(super) api_key: String,
    models: Vec<String>,
    pub(super) latency: Latency,
    pub(super) dice: Dice,
    pub(super) cache: Mutex<PromptCache>,
    pub(super) counters: Counters,
    next_id: AtomicU64,
}

impl State {
    pub(super) fn new(behaviour: Behaviour) -> Self {
        let Behaviour { api_key, models, faults, script, model_faults } = behaviour;
        Self {
            api_key,
            models,
            latency: faults.latency.clone(),
            dice: Dice::new(faults, script, model_faults),
            cache: Mutex::default(),
            counters: Counters::new(),
            next_id: AtomicU64::new(1),
        }
    }

    /// Returns a name that no other answer of this server has.
    pub(super) fn next_id(&self, prefix: &str) -> String {
        format!("{prefix}{:016x}", self.next_id.fetch_add(1, Ordering::Relaxed))
    }

    fn models(&self) -> impl Iterator<Item = Model> {
        self.models.iter().map(|id| Model {
            id: id.clone(),
            object: "model",
            created: MODELS_CREATED_UNIX_SECONDS,
            owned_by: "lumina-support",
        })
    }

    fn check_model(&self, model: &str) -> Result<(), Refusal> {
        let known = self.models.iter().any(|known| known == model);
        known.then_some(()).ok_or_else(|| Refusal::no_such_model(model))
    }
}

/// Accepts connections for ever.
pub(super) async fn serve(listener: TcpListener, state: Arc<State>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors, mostly: more come when connections end.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // OK to ignore: tokens then leave in larger packets.
        let _ = stream.set_nodelay(true);
        let state = state.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| handle(state.clone(), request));
            // OK to ignore: the client left, or a fault cut the connection.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// Counts a request as abandoned if its client leaves while we are at it.
struct Abandoned<'a>(Option<&'a Counters>);

impl Drop for Abandoned<'_> {
    fn drop(&mut self) {
        if let Some(counters) = self.0 {
            counters.count(|requests| requests.abandoned += 1);
        }
    }
}

async fn handle(
    state: Arc<State>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    state.counters.count(|requests| requests.total += 1);
    let mut abandoned = Abandoned(Some(&state.counters));
    let response = match route(&state, request).await {
        Ok(response) => response,
        Err(refusal) => respond::refuse(&state, refusal),
    };
    abandoned.0 = None;
    Ok(response)
}

async fn route(state: &Arc<State>, request: Request<Incoming>) -> Result<Response<Body>, Refusal> {
    let (head, body) = request.into_parts();
    authorize(&head.headers, &state.api_key)?;
    match (&head.method, head.uri.path()) {
        (&Method::POST, "/v1/chat/completions") => chat(state, &read(body).await?).await,
        (&Method::POST, "/v1/embeddings") => embeddings(state, &read(body).await?).await,
        (&Method::GET, "/v1/models") => {
            let data = state.models().collect();
            Ok(respond::whole(state, &List { object: "list", data, model: None, usage: None }))
        }
        (&Method::GET, path) if path.starts_with("/v1/models/") => {
            let id = &path["/v1/models/".len()..];
            let model = state.models().find(|model| model.id == id);
            let model = model.ok_or_else(|| Refusal::no_such_model(id))?;
            Ok(respond::whole(state, &model))
        }
        (method, path) => Err(Refusal::no_such_url(method, path)),
    }
}

async fn chat(state: &Arc<State>, body: &[u8]) -> Result<Response<Body>, Refusal> {
    let request: ChatRequest = decode(body)?;
    state.check_model(&request.model)?;
    completion::check(&request)?;
    state.counters.count(|requests| {
        requests.chat += 1;
        requests.count_model(&request.model);
    });
    let draw = state.dice.draw(&request.model, body, request.stream == Some(true));
    respond::chat(state, request, draw).await
}

async fn embeddings(state: &Arc<State>, body: &[u8]) -> Result<Response<Body>, Refusal> {
    let request: EmbeddingRequest = decode(body)?;
    state.check_model(&request.model)?;
    let embeddings = embed::embed(&request)?;
    state.counters.count(|requests| {
        requests.embeddings += 1;
        requests.count_model(&request.model);
    });
    let draw = state.dice.draw(&request.model, body, false);
    respond::embeddings(state, &embeddings, draw).await
}

/// Demands the key as `Authorization: Bearer <key>`; the scheme in any case.
fn authorize(headers: &HeaderMap, key: &str) -> Result<(), Refusal> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let (Some(only), None) = (given.next(), given.next()) else {
        return Err(Refusal::unauthorized(false));
    };
    let bearer = only.to_str().ok().and_then(|value| value.split_once(' '));
    let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match bearer {
        Some((_, given)) if given == key => Ok(()),
        Some((_, given)) => Err(Refusal::unauthorized(!given.is_empty())),
        None => Err(Refusal::unauthorized(false)),
    }
}

async fn read(body: Incoming) -> Result<Bytes, Refusal> {
    match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            Err(Refusal::too_large(MAX_BODY_BYTES))
        }
        // The connection broke: nobody is left to read this.
        Err(_) => Err(Refusal::malformed("The request body ended early.")),
    }
}

fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        Refusal::malformed(format!("We could not parse the JSON body of your request: {error}"))
    })
}

/// Returns the seconds since 1970, as answers are stamped.
pub(super) fn now_unix_seconds() -> u64 {
    // OK to take zero for a clock before 1970.
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
