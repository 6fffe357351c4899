//! What the tests of this layer share: a worker's belongings, and servers on loopback that behave as told.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use url::Url;

use super::cancel::WakePipe;
use super::error::Failure;
use super::exchange::{Exchange, Limits, Patience};
use super::lookup_threads::LookupThreads;
use super::proxy::{Proxy, ProxyKind};
use super::request::IpFamily;
use super::seam::Route;
use super::tls_rules::USUAL;
use super::wait::{Interest, wait};
use super::wire::Wire;

/// An exchange that has begun, on a worker.
pub fn worker(limits: Limits) -> (Arc<Exchange>, WakePipe) {
    let (exchange, pipe) = (Arc::new(Exchange::new(limits)), WakePipe::new().unwrap());
    exchange.cancel.attach(pipe.waker());
    exchange.begin();
    (exchange, pipe)
}

/// A worker that gives up where a test would otherwise hang.
pub fn patient_worker() -> (Arc<Exchange>, WakePipe) {
    worker(Limits { total: Some(Duration::from_secs(20)), ..Limits::default() })
}

/// The direct way to a URL.
pub fn direct(url: &Url) -> Route<'_> {
    Route { url, proxy: None, tunnel: false, ip_family: IpFamily::Any, tls: &USUAL }
}

/// A proxy on loopback.
pub fn proxy_at(kind: ProxyKind, at: SocketAddr, credentials: Option<(&str, &str)>) -> Arc<Proxy> {
    let credentials = credentials.map(|(user, password)| (user.to_owned(), password.to_owned()));
    Arc::new(Proxy { kind, host: at.ip().to_string(), port: at.port(), credentials })
}

/// Serves one connection on a thread.
pub fn serve_once<R: Send + 'static>(
    serve: impl FnOnce(TcpStream) -> R + Send + 'static,
) -> (SocketAddr, thread::JoinHandle<R>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    (at, thread::spawn(move || serve(listener.accept().unwrap().0)))
}

/// Reads until `end` is at the end of what was read.
pub fn read_until(stream: &mut impl Read, end: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while !out.ends_with(end) {
        let mut byte = [0];
        if stream.read(&mut byte).unwrap() == 0 {
            break;
        }
        out.push(byte[0]);
    }
    out
}

/// Sends back everything that comes, until it ends.
pub fn echo(stream: &mut (impl Read + Write)) {
    let mut bytes = [0; 4096];
    while let Ok(n @ 1..) = stream.read(&mut bytes) {
        if stream.write_all(&bytes[..n]).and_then(|()| stream.flush()).is_err() {
            return;
        }
    }
}

/// An address that neither accepts nor refuses: its queue is full, so the kernel drops what comes. Lives as long as
/// the sockets returned with it.
#[cfg(target_os = "linux")]
pub fn dead_address() -> (SocketAddr, (TcpListener, Vec<TcpStream>)) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    // SAFETY: a second listen() on a socket that is ours changes its queue length only.
    assert_eq!(unsafe { libc::listen(listener.as_raw_fd(), 0) }, 0);
    let at = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&at, Duration::from_millis(50)) {
        queue.push(stream);
    }
    (at, (listener, queue))
}

/// An address on which nobody listens, and nobody else can as long as the sockets live: one end of a connection has it.
pub fn refusing_address() -> (SocketAddr, (TcpListener, TcpStream)) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (stream.local_addr().unwrap(), (listener, stream))
}

/// Name lookups that hang until they are released, and then all find 127.0.0.1.
#[derive(Debug, Default)]
pub struct Gate {
    /// Guards (lookups begun, whether the gate is open).
    state: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Gate {
    /// A gate and the threads that stand before it.
    pub fn closed(answer_age: Duration) -> (Arc<Gate>, LookupThreads) {
        let gate = Arc::new(Gate::default());
        let own = gate.clone();
        let lookup = move |_: &str, _| {
            let mut state = own.state.lock().unwrap();
            state.0 += 1;
            own.changed.notify_all();
            drop(own.changed.wait_while(state, |state| !state.1).unwrap());
            Ok(vec![Ipv4Addr::LOCALHOST.into()])
        };
        (gate, LookupThreads::asking(answer_age, Box::new(lookup)))
    }

    /// Lets all lookups end.
    pub fn open(&self) {
        self.state.lock().unwrap().1 = true;
        self.changed.notify_all();
    }

    /// Waits until so many lookups have begun.
    pub fn wait_begun(&self, count: usize) {
        let state = self.state.lock().unwrap();
        drop(self.changed.wait_while(state, |state| state.0 < count).unwrap());
    }

    /// How many lookups have begun.
    pub fn begun(&self) -> usize {
        self.state.lock().unwrap().0
    }
}

/// A certificate and its key.
pub fn certificate(
    names: &[&str],
    adjust: impl FnOnce(&mut CertificateParams),
) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(names).unwrap();
    adjust(&mut params);
    let signed = params.self_signed(&key).unwrap();
    (signed.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
}

/// A TLS server with this certificate.
pub fn tls_server(
    (certificate, key): (CertificateDer<'static>, PrivateKeyDer<'static>),
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config)
}

/// The server's side of a TLS connection.
pub fn tls_stream(
    config: &Arc<ServerConfig>,
    stream: TcpStream,
) -> StreamOwned<ServerConnection, TcpStream> {
    StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream)
}

/// Sends all bytes, waiting where needed.
pub fn send_all(wire: &mut Wire, mut bytes: &[u8], exchange: &Exchange, pipe: &WakePipe) {
    while !bytes.is_empty() {
        match wire.write(bytes, exchange) {
            Ok(n) => bytes = &bytes[n..],
            Err(error) => blocked(wire, error, Interest::WRITE, exchange, pipe).unwrap(),
        }
    }
    while let Err(error) = wire.flush(exchange) {
        blocked(wire, error, Interest::WRITE, exchange, pipe).unwrap();
    }
}

/// Reads until `len` bytes have come, or the end; an error other than `WouldBlock` is returned.
pub fn read_up_to(
    wire: &mut Wire,
    len: usize,
    exchange: &Exchange,
    pipe: &WakePipe,
) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    while out.len() < len {
        let mut bytes = [0; 4096];
        match wire.read(&mut bytes, exchange) {
            Ok(0) => break,
            Ok(n) => out.extend_from_slice(&bytes[..n]),
            Err(error) => blocked(wire, error, Interest::READ, exchange, pipe)?,
        }
    }
    Ok(out)
}

fn blocked(
    wire: &Wire,
    error: std::io::Error,
    interest: Interest,
    exchange: &Exchange,
    pipe: &WakePipe,
) -> std::io::Result<()> {
    if error.kind() != std::io::ErrorKind::WouldBlock {
        return Err(error);
    }
    let waited: Result<_, Failure> =
        wait(wire.fd(), interest, exchange, pipe, Patience::Forever, None);
    waited.map(|_| ()).map_err(Into::into)
}

/// Whether `f` makes the kernel raise SIGPIPE on this thread. The signal is blocked meanwhile: Linux keeps a blocked
/// signal pending even where it is ignored, as it is in Rust's test programs.
#[cfg(target_os = "linux")]
pub fn raises_sigpipe(f: impl FnOnce()) -> bool {
    // SAFETY: the sets are zeroed and then made by sigemptyset; all calls take live pointers, and act on this thread.
    unsafe {
        let (mut pipe, mut before, mut pending) = std::mem::zeroed::<[libc::sigset_t; 3]>().into();
        libc::sigemptyset(&raw mut pipe);
        libc::sigaddset(&raw mut pipe, libc::SIGPIPE);
        assert_eq!(libc::pthread_sigmask(libc::SIG_BLOCK, &raw const pipe, &raw mut before), 0);
        f();
        assert_eq!(libc::sigpending(&raw mut pending), 0);
        let raised = libc::sigismember(&raw const pending, libc::SIGPIPE) == 1;
        if raised {
            let mut signal = 0;
            libc::sigwait(&raw const pipe, &raw mut signal);
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, std::ptr::null_mut());
        raised
    }
}
