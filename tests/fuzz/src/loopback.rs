//! A server on loopback that lives in the fuzzing thread: it answers between two calls of the library, so that every run
//! does the same. A connection waits in the listener's queue until it is asked for.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use reqtask::http::{Exchange, Limits, WakePipe};

/// A listener.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    at: SocketAddr,
}

impl Server {
    /// On a port that the system chooses.
    pub fn new() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
        listener.set_nonblocking(true).expect("a socket");
        let at = listener.local_addr().expect("it is bound");
        Server { listener, at }
    }

    /// Where it listens.
    pub fn at(&self) -> SocketAddr {
        self.at
    }

    /// The connection that waits, if there is one.
    pub fn accept(&self) -> Option<Peer> {
        match self.listener.accept() {
            Ok((stream, _)) => {
                stream.set_nodelay(true).expect("a socket");
                stream.set_nonblocking(true).expect("a socket");
                Some(Peer(stream))
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            Err(error) => panic!("accept: {error}"),
        }
    }
}

impl Default for Server {
    fn default() -> Server {
        Server::new()
    }
}

/// The server's end of one connection.
#[derive(Debug)]
pub struct Peer(TcpStream);

impl Peer {
    /// Writes what the kernel takes at once; the rest is dropped.
    pub fn write(&mut self, bytes: &[u8]) {
        match self.0.write(bytes) {
            Ok(_) => {}
            // The library may have closed.
            Err(error) => assert_ne!(error.kind(), ErrorKind::InvalidInput),
        }
    }

    /// Nothing more comes from here.
    pub fn end(&self) {
        let _ = self.0.shutdown(Shutdown::Write);
    }

    /// All that has come.
    pub fn read(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        let mut into = [0; 4096];
        while let Ok(n @ 1..) = self.0.read(&mut into) {
            all.extend_from_slice(&into[..n]);
        }
        all
    }
}

impl Drop for Peer {
    /// By a reset, which leaves nothing behind: thousands of connections per second would use up all ports otherwise.
    fn drop(&mut self) {
        let linger = libc::linger { l_onoff: 1, l_linger: 0 };
        let len = size_of::<libc::linger>() as libc::socklen_t;
        // SAFETY: SO_LINGER reads one `linger`, which lives through the call.
        unsafe {
            libc::setsockopt(
                self.0.as_raw_fd(),
                libc::SOL_SOCKET,
                libc::SO_LINGER,
                (&raw const linger).cast(),
                len,
            );
        }
    }
}

/// An exchange that has begun, and a worker's pipe. A run that hangs would end after 20 s, as a failure.
pub fn worker() -> (Arc<Exchange>, Rc<WakePipe>) {
    let limits = Limits { total: Some(Duration::from_secs(20)), ..Limits::default() };
    let exchange = Arc::new(Exchange::new(limits));
    let pipe = Rc::new(WakePipe::new().expect("a pipe"));
    exchange.cancel.attach(pipe.waker());
    exchange.begin();
    (exchange, pipe)
}
