//! Finding the receiver's address: once a minute, not once a request.
//!
//! `ureq` asks for addresses before it looks for an open connection, and its own resolver starts a
//! thread each time. Ours remembers, needs no thread for an address written in digits, and runs the
//! operating system's look-up on a thread that traces nothing.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// How long an answer is good for: a receiver that moved is found again after this at the latest.
const MAX_AGE: Duration = Duration::from_secs(60);

/// More addresses than this are not tried; it is what `ureq`'s list holds.
const MAX_ADDRESSES: usize = 16;

struct Known {
    host: String,
    port: u16,
    addresses: Vec<SocketAddr>,
    at: Instant,
}

/// Remembers the addresses of the host asked for last. Clones share the memory.
#[derive(Clone, Default)]
pub(super) struct Addresses(Arc<Mutex<Option<Known>>>);

impl Addresses {
    /// Forgets: the next request looks the host up again.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn of(&self, host: &str, port: u16, timeout: Duration) -> Result<Vec<SocketAddr>, ureq::Error> {
        if let Ok(ip) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(ip, port)]);
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.as_ref()
            && (known.host == host && known.port == port)
            && known.at.elapsed() < MAX_AGE
        {
            return Ok(known.addresses.clone());
        }
        let addresses = look_up(host, port, timeout)?;
        *known = Some(Known {
            host: host.to_owned(),
            port,
            addresses: addresses.clone(),
            at: Instant::now(),
        });
        Ok(addresses)
    }
}

/// Asks the operating system, which knows no time-out: on a thread that is left behind if need be.
fn look_up(host: &str, port: u16, timeout: Duration) -> Result<Vec<SocketAddr>, ureq::Error> {
    let (answer, answered) = mpsc::sync_channel(1);
    let question = (host.to_owned(), port);
    std::thread::Builder::new().name("lumina-dns".to_owned()).spawn(move || {
        crate::record::suppress_this_thread();
        // OK to drop: nobody waits any more.
        let _ = answer.send(question.to_socket_addrs().map(Vec::from_iter));
    })?;
    match answered.recv_timeout(timeout) {
        Ok(Ok(addresses)) if addresses.is_empty() => Err(ureq::Error::HostNotFound),
        Ok(addresses) => Ok(addresses?),
        Err(RecvTimeoutError::Timeout) => Err(ureq::Error::Timeout(ureq::Timeout::Resolve)),
        Err(RecvTimeoutError::Disconnected) => {
            Err(io::Error::other("the look-up of the host name panicked").into())
        }
    }
}

impl Resolver for Addresses {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let Some(host) = uri.host() else {
            return Err(ureq::Error::BadUri("no host".to_owned()));
        };
        let default_port = if uri.scheme_str() == Some("https") { 443 } else { 80 };
        let port = uri.port_u16().unwrap_or(default_port);
        let addresses = self.of(host, port, *timeout.after)?;
        let mut resolved = self.empty();
        let family = config.ip_family();
        for address in family.keep_wanted(addresses.into_iter()).take(MAX_ADDRESSES) {
            resolved.push(address);
        }
        if resolved.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(resolved) }
    }
}

impl fmt::Debug for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Addresses")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn an_address_in_digits_needs_no_look_up() {
        let addresses = Addresses::default();
        let no_time = Duration::ZERO;
        assert_eq!(
            addresses.of("127.0.0.1", 4318, no_time).unwrap(),
            ["127.0.0.1:4318".parse().unwrap()]
        );
        assert_eq!(addresses.of("[::1]", 1, no_time).unwrap(), ["[::1]:1".parse().unwrap()]);
    }

    #[test]
    fn a_name_is_looked_up_once_until_forgotten() {
        let addresses = Addresses::default();
        let found = addresses.of("localhost", 4318, LONG).unwrap();
        assert!(found.iter().all(|address| address.ip().is_loopback() && address.port() == 4318));
        let is_known = || addresses.0.lock().unwrap().is_some();
        assert!(is_known());
        // A second look-up would need time.
        assert_eq!(addresses.of("localhost", 4318, Duration::ZERO).unwrap(), found);
        addresses.forget();
        assert!(!is_known());
    }

    #[test]
    fn a_name_that_does_not_exist_is_an_error() {
        assert!(Addresses::default().of("nowhere.invalid", 1, LONG).is_err());
    }
}
