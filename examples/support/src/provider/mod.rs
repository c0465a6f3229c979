//! A mock model provider: a local HTTP server that speaks the wire of OpenAI.
//!
//! `POST /v1/chat/completions` (whole or streamed), `POST /v1/embeddings`, `GET /v1/models`.
//! What it says comes from the documents in the prompt ([`document`](crate::document)), so a
//! pipeline is as good as its retrieval; what goes wrong is told by a [`Behaviour`].
//!
//! ```text
//! server -> wire -> dice (which fault?) -> {completion (answer, tools, cache), embed} -> respond
//! ```

mod answer;
mod behaviour;
mod body;
mod cache;
mod completion;
mod counters;
mod dice;
mod embed;
mod endpoint;
mod error;
mod respond;
mod server;
mod stream;
mod tools;
mod wire;

use std::{fmt, io, net::TcpListener, sync::Arc, thread};

use tokio::sync::oneshot;

pub use answer::UNKNOWN;
pub use behaviour::{Behaviour, Fault, Faults, Latency};
pub use counters::Requests;
pub use endpoint::{Endpoint, install_tls};
pub use error::ProviderError;

use server::State;

/// A running server; dropping it closes its port and every connection.
///
/// The server has a thread and a runtime of its own. It can be started and dropped anywhere: in
/// every kind of tokio runtime, in none, and while a test has paused its clock, which the
/// server's latency does not follow.
///
/// # Examples
///
/// ```
/// use lumina_support::provider::{Behaviour, MockProvider};
///
/// let provider = MockProvider::start(Behaviour::default())?;
/// assert!(provider.base_url().starts_with("http://127.0.0.1:"));
/// assert!(provider.base_url().ends_with("/v1"));
/// assert_eq!(provider.requests().total, 0);
/// # Ok::<(), lumina_support::provider::ProviderError>(())
/// ```
pub struct MockProvider {
    base_url: String,
    state: Arc<State>,
    /// Dropped to stop the server.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl MockProvider {
    /// Starts a server on a free port of 127.0.0.1; it answers when this returns.
    ///
    /// # Errors
    ///
    /// If `behaviour` holds a rate or a status outside its range, or if the system gives no
    /// port or thread.
    pub fn start(behaviour: Behaviour) -> Result<Self, ProviderError> {
        behaviour.check()?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let base_url = format!("http://{}/v1", listener.local_addr()?);
        let state = Arc::new(State::new(behaviour));
        let (stop, stopped) = oneshot::channel();
        let thread = spawn(listener, state.clone(), stopped)?;
        Ok(Self { base_url, state, stop: Some(stop), thread: Some(thread) })
    }

    /// Returns what clients take as `OPENAI_BASE_URL`; it ends in `/v1`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Returns what clients take as `OPENAI_API_KEY`.
    pub fn api_key(&self) -> &str {
        &self.state.api_key
    }

    /// Returns the counters as they stand.
    pub fn requests(&self) -> Requests {
        self.state.counters.snapshot()
    }

    /// Waits until the counters satisfy `reached`, and returns them.
    ///
    /// It waits for ever if they never do: bound it with a timeout.
    pub async fn wait_for(&self, mut reached: impl FnMut(&Requests) -> bool) -> Requests {
        let mut watch = self.state.counters.watch();
        // The sender is in our own state, so waiting cannot fail.
        watch
            .wait_for(|requests| reached(requests))
            .await
            .map_or_else(|_closed| self.state.counters.snapshot(), |requests| requests.clone())
    }

    /// Adds faults for the next requests, one each, after those that are still waiting.
    pub fn script(&self, faults: impl IntoIterator<Item = Fault>) -> Result<(), ProviderError> {
        let faults: Vec<_> = faults.into_iter().collect();
        faults.iter().try_for_each(Fault::check)?;
        self.state.dice.extend_script(faults);
        Ok(())
    }

    /// Makes every further request to `model` fail in this way; `None` heals it.
    pub fn set_model_fault(&self, model: &str, fault: Option<Fault>) -> Result<(), ProviderError> {
        fault.iter().try_for_each(Fault::check)?;
        self.state.dice.set_model_fault(model, fault);
        Ok(())
    }
}

// By hand: a key is never shown.
impl fmt::Debug for MockProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockProvider").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

impl Drop for MockProvider {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // OK to block: the thread waits for nobody. OK to ignore: its panic was printed.
            let _ = thread.join();
        }
    }
}

/// Serves on a thread of its own until `stopped` resolves.
fn spawn(
    listener: TcpListener,
    state: Arc<State>,
    stopped: oneshot::Receiver<()>,
) -> io::Result<thread::JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let entered = runtime.enter();
    let listener = tokio::net::TcpListener::from_std(listener)?;
    drop(entered);
    thread::Builder::new().name("mock-provider".to_owned()).spawn(move || {
        runtime.spawn(server::serve(listener, state));
        // Resolves when the sender is dropped; the runtime, dropped next, takes every connection
        // with it.
        let _ = runtime.block_on(stopped);
    })
}
