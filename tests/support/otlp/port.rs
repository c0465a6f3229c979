//! A port at which nobody listens yet: the receiver that is down, and comes back.

use socket2::{Domain, Socket, Type};
use std::net::{SocketAddr, TcpListener};

/// A port that is taken and refuses every connection until it is [opened](Self::open).
pub struct ClosedPort(Socket);

impl ClosedPort {
    /// Takes a free port of this machine.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn new() -> ClosedPort {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        // Bound and not listening: nobody else gets the port, and connections are refused.
        socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).expect("a free port");
        ClosedPort(socket)
    }

    /// The base URL of whoever will listen.
    pub fn url(&self) -> String {
        let address = self.0.local_addr().ok().and_then(|address| address.as_socket());
        format!("http://{}", address.expect("an address of the Internet"))
    }

    /// From now on connections are taken.
    pub fn open(self) -> TcpListener {
        self.0.listen(128).expect("a port of our own");
        self.0.into()
    }
}

impl Default for ClosedPort {
    fn default() -> Self {
        ClosedPort::new()
    }
}
