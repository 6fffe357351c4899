//! Listening ports and what stands behind each: a server, a proxy, silence, a black hole.
//!
//! Tests that must not see each other's connections open ports of their own by `/_listen?kind=...`. Ports live as long
//! as the process.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use crate::app::{App, Conn};
use crate::proxy::{self, Login};
use crate::script::{self, Step};
use crate::text::query;
use crate::tls::Certificate;
use crate::wire::{Wire, Woken};
use crate::{serve, socks};

/// Enough for a rustls handshake in a debug build; only touched pages cost memory.
const STACK: usize = 512 * 1024;

/// What stands behind a port.
#[derive(Clone)]
pub enum Kind {
    /// The scripted server in clear text.
    Http,
    /// The same over TLS.
    Https(Certificate),
    /// Accepts, reads nothing, answers nothing.
    Silent,
    /// Answers no SYN: its queue is full.
    Blackhole,
    /// Refuses: bound, but nobody listens.
    Refused,
    /// Accepts and resets at once.
    Reset,
    /// HTTP proxy, by CONNECT and by absolute form.
    Proxy(Option<Login>),
    /// SOCKS5 proxy.
    Socks(Option<Login>),
    /// Runs a script on accept.
    Script(Arc<[Step]>),
}

impl Kind {
    /// From `kind=...` (and `user=`, `password=`, `cert=`); the script of `kind=script` is the request's body.
    pub fn from_query(q: &str, body: &[u8]) -> Result<Kind, String> {
        let login = query(q, "user")
            .map(|user| Login { user, password: query(q, "password").unwrap_or_default() });
        Ok(match query(q, "kind").as_deref() {
            Some("http") => Kind::Http,
            Some("https") => {
                let name = query(q, "cert").unwrap_or_else(|| "good".into());
                Kind::Https(Certificate::named(&name).ok_or("no such certificate")?)
            }
            Some("silent") => Kind::Silent,
            Some("blackhole") => Kind::Blackhole,
            Some("refused") => Kind::Refused,
            Some("reset") => Kind::Reset,
            Some("proxy") => Kind::Proxy(login),
            Some("socks") => Kind::Socks(login),
            Some("script") => Kind::Script(script::from_lines(body)?.into()),
            _ => {
                return Err(
                    "kind is one of http https silent blackhole refused reset proxy socks script"
                        .into(),
                );
            }
        })
    }
}

/// Opens a port on 127.0.0.1 and answers its number.
pub fn open(app: &Arc<App>, kind: Kind) -> io::Result<u16> {
    match kind {
        Kind::Blackhole => blackhole(),
        Kind::Refused => refused(),
        kind => {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            let port = listener.local_addr()?.port();
            accept_on(app, listener, kind)?;
            Ok(port)
        }
    }
}

/// Serves the same kind on `[::1]` at the same port; false where that cannot be had.
pub fn open_v6(app: &Arc<App>, kind: Kind, port: u16) -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, port))
        .and_then(|listener| accept_on(app, listener, kind))
        .is_ok()
}

fn accept_on(app: &Arc<App>, listener: TcpListener, kind: Kind) -> io::Result<()> {
    let app = app.clone();
    let port = listener.local_addr()?.port();
    set_backlog(&listener, 4096);
    thread::Builder::new().name(format!("accept-{port}")).spawn(move || {
        loop {
            match listener.accept() {
                Ok((stream, peer)) => start(&app, &kind, port, stream, peer),
                // Out of descriptors, most likely: let some connections end first.
                Err(_) => thread::sleep(Duration::from_millis(5)),
            }
        }
    })?;
    Ok(())
}

fn start(app: &Arc<App>, kind: &Kind, port: u16, stream: TcpStream, peer: SocketAddr) {
    let id = app.next_conn();
    let none: Arc<str> = Arc::from("");
    app.journal.add("accepted", id, port, &none, peer.to_string());
    let (app, kind) = (app.clone(), kind.clone());
    // Where no thread can be had the connection is dropped, and the client sees its end.
    let _ = thread::Builder::new().stack_size(STACK).spawn(move || {
        app.open.fetch_add(1, Ordering::Relaxed);
        run(&app, kind, id, port, stream);
        app.open.fetch_sub(1, Ordering::Relaxed);
    });
}

fn run(app: &Arc<App>, kind: Kind, id: u64, port: u16, stream: TcpStream) {
    let path: Arc<str> = Arc::from("");
    let conn = |wire| Conn { id, port, app: app.clone(), wire, path: path.clone(), requests: 0 };
    match kind {
        Kind::Http => serve::serve(&mut conn(Wire::plain(stream))),
        Kind::Https(certificate) => {
            let session = match app.tls.session(certificate) {
                Ok(session) => session,
                Err(e) => return app.journal.add("tls-failed", id, port, &path, e.to_string()),
            };
            match Wire::tls(stream, session) {
                Ok(wire) => {
                    let mut conn = conn(wire);
                    let how = if conn.wire.was_resumed() { " resumed" } else { "" };
                    let name = conn.wire.server_name().unwrap_or("");
                    conn.log("tls", format!("{name}{how}"));
                    serve::serve(&mut conn);
                }
                Err(e) => app.journal.add("tls-failed", id, port, &path, e.to_string()),
            }
        }
        Kind::Silent => {
            let conn = conn(Wire::plain(stream));
            let kind = match conn.wire.wait_for(None, None) {
                Woken::Reset => "peer-reset",
                _ => "peer-closed",
            };
            conn.log(kind, String::new());
        }
        Kind::Reset => {
            let conn = conn(Wire::plain(stream));
            conn.wire.set_reset_on_close();
            conn.log("server-closed", "reset".into());
        }
        Kind::Proxy(login) => proxy::serve(&mut conn(Wire::plain(stream)), login.as_ref()),
        Kind::Socks(login) => socks::serve(&mut conn(Wire::plain(stream)), login.as_ref()),
        Kind::Script(steps) => serve::serve_script(&mut conn(Wire::plain(stream)), &steps),
        Kind::Blackhole | Kind::Refused => unreachable!("nobody accepts on these ports"),
    }
}

fn set_backlog(listener: &TcpListener, backlog: i32) {
    // SAFETY: the descriptor is a listening socket; a second listen only changes its backlog.
    unsafe { libc::listen(listener.as_raw_fd(), backlog) };
}

/// A port whose queue is full, so that the kernel drops every further SYN.
fn blackhole() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    set_backlog(&listener, 0);
    // On loopback a connection is there at once or not at all.
    while let Ok(filler) = TcpStream::connect_timeout(&address, Duration::from_millis(50)) {
        std::mem::forget(filler);
    }
    // Both ends stay for the life of the process.
    std::mem::forget(listener);
    Ok(address.port())
}

/// A port that is ours and refuses connections.
fn refused() -> io::Result<u16> {
    // SAFETY: plain socket calls with valid arguments; the descriptor is checked and stays open on purpose.
    unsafe {
        let fd = libc::socket(libc::AF_INET, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0);
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        let mut address: libc::sockaddr_in = std::mem::zeroed();
        address.sin_family = libc::AF_INET as libc::sa_family_t;
        address.sin_addr.s_addr = u32::from_ne_bytes([127, 0, 0, 1]);
        let mut len = size_of::<libc::sockaddr_in>() as libc::socklen_t;
        if libc::bind(fd, std::ptr::from_ref(&address).cast(), len) != 0
            || libc::getsockname(fd, std::ptr::from_mut(&mut address).cast(), &mut len) != 0
        {
            return Err(io::Error::last_os_error());
        }
        Ok(u16::from_be(address.sin_port))
    }
}
