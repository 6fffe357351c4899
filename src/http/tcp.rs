//! A non-blocking TCP socket: begun, finished, read, written, peeked at. Never waits.
//!
//! Promises that no call raises SIGPIPE, which would end a host program that does not ignore it, and that descriptors
//! are closed on exec. Uses what Linux (glibc, musl, OpenHarmony), Android and Darwin have in common; where they
//! differ, both forms stand here. Knows nothing of exchanges, names or TLS.

use std::io::{self, Read, Write};
use std::mem;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use super::cancel::set_nonblocking_cloexec;

/// Bytes that the kernel may hold unsent before the socket stops being writable: so little that bytes accepted are
/// nearly bytes sent, and upload progress is honest.
const UNSENT_LOW_WATER: libc::c_int = 128 * 1024;

/// `TCP_NOTSENT_LOWAT` in <netinet/tcp.h> of Darwin; not in every version of the libc crate.
#[cfg(target_vendor = "apple")]
const TCP_NOTSENT_LOWAT: libc::c_int = 0x201;
#[cfg(any(target_os = "linux", target_os = "android"))]
const TCP_NOTSENT_LOWAT: libc::c_int = libc::TCP_NOTSENT_LOWAT;

/// Darwin has no such flag and sets `SO_NOSIGPIPE` on the socket instead.
#[cfg(target_vendor = "apple")]
const SEND_FLAGS: libc::c_int = 0;
#[cfg(not(target_vendor = "apple"))]
const SEND_FLAGS: libc::c_int = libc::MSG_NOSIGNAL;

/// An open socket.
#[derive(Debug)]
pub struct Socket(OwnedFd);

/// How a connect began.
#[derive(Debug)]
pub enum Begun {
    /// Connected at once.
    Connected(Socket),
    /// Writable when it is connected or has failed.
    Underway(Socket),
}

/// Why a connect did not even begin.
#[derive(Debug)]
pub enum Refused {
    /// `socket()` failed: no other address will fare better.
    NoSocket(io::Error),
    /// This address failed.
    Address(io::Error),
}

impl Socket {
    /// Makes a socket and starts to connect it.
    pub fn begin(to: SocketAddr) -> Result<Begun, Refused> {
        let family = if to.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
        // SAFETY: socket() takes no pointers.
        let fd = unsafe { libc::socket(family, libc::SOCK_STREAM, libc::IPPROTO_TCP) };
        if fd < 0 {
            let error = io::Error::last_os_error();
            // A kernel without this family says so here; another address may do.
            return Err(match error.raw_os_error() {
                Some(libc::EAFNOSUPPORT | libc::EPROTONOSUPPORT) => Refused::Address(error),
                _ => Refused::NoSocket(error),
            });
        }
        // SAFETY: the descriptor was just made by socket() and is owned by nobody else.
        let socket = Socket(unsafe { OwnedFd::from_raw_fd(fd) });
        set_nonblocking_cloexec(fd).map_err(Refused::NoSocket)?;
        socket.set_options();
        let (address, len) = raw_address(to);
        // SAFETY: `address` is a live sockaddr_storage whose first `len` bytes are a sockaddr of `family`.
        let r = unsafe { libc::connect(fd, (&raw const address).cast(), len) };
        if r == 0 {
            return Ok(Begun::Connected(socket));
        }
        let error = io::Error::last_os_error();
        match error.raw_os_error() {
            // POSIX: a connect that a signal interrupted goes on in the background, too.
            Some(libc::EINPROGRESS | libc::EINTR) => Ok(Begun::Underway(socket)),
            _ => Err(Refused::Address(error)),
        }
    }

    /// The outcome of a connect, once the socket has become writable.
    pub fn outcome(&self) -> io::Result<()> {
        let mut code: libc::c_int = 0;
        let mut len = mem::size_of::<libc::c_int>() as libc::socklen_t;
        // SAFETY: SO_ERROR writes one int; `code` and `len` live through the call.
        let r = unsafe {
            libc::getsockopt(
                self.fd(),
                libc::SOL_SOCKET,
                libc::SO_ERROR,
                (&raw mut code).cast(),
                &raw mut len,
            )
        };
        match (r, code) {
            (0, 0) => Ok(()),
            (0, code) => Err(io::Error::from_raw_os_error(code)),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// The descriptor, to poll.
    pub fn fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }

    /// Reads what is there; `WouldBlock` for nothing, 0 for the end.
    pub fn recv(&self, into: &mut [u8]) -> io::Result<usize> {
        self.recv_with(into, 0)
    }

    /// As [`Socket::recv`], but leaves the bytes where they are.
    pub fn peek(&self, into: &mut [u8]) -> io::Result<usize> {
        self.recv_with(into, libc::MSG_PEEK)
    }

    /// Writes what the kernel takes; `WouldBlock` for nothing.
    pub fn send(&self, from: &[u8]) -> io::Result<usize> {
        retry(|| {
            // SAFETY: reads at most `from.len()` bytes of a live slice.
            unsafe { libc::send(self.fd(), from.as_ptr().cast(), from.len(), SEND_FLAGS) }
        })
    }

    fn recv_with(&self, into: &mut [u8], flags: libc::c_int) -> io::Result<usize> {
        retry(|| {
            // SAFETY: writes at most `into.len()` bytes into a live slice.
            unsafe { libc::recv(self.fd(), into.as_mut_ptr().cast(), into.len(), flags) }
        })
    }

    /// None of these is worth failing for: without them the connection is slower or progress less exact.
    fn set_options(&self) {
        self.set_int(libc::IPPROTO_TCP, libc::TCP_NODELAY, 1);
        #[cfg(target_vendor = "apple")]
        self.set_int(libc::SOL_SOCKET, libc::SO_NOSIGPIPE, 1);
        #[cfg(any(target_vendor = "apple", target_os = "linux", target_os = "android"))]
        self.set_int(libc::IPPROTO_TCP, TCP_NOTSENT_LOWAT, UNSENT_LOW_WATER);
    }

    /// Whatever is not yet sent is thrown away when the socket is closed, and the peer hears of that at once, by a reset.
    /// Else the kernel would go on sending what it holds, which takes long on a slow network.
    pub fn abandon(&self) {
        let now = libc::linger { l_onoff: 1, l_linger: 0 };
        let len = mem::size_of::<libc::linger>() as libc::socklen_t;
        let value = (&raw const now).cast();
        // SAFETY: the option value is one linger that lives through the call.
        unsafe { libc::setsockopt(self.fd(), libc::SOL_SOCKET, libc::SO_LINGER, value, len) };
    }

    /// Bytes written that the peer has not yet acknowledged; `None` where the system does not tell.
    pub fn unacknowledged(&self) -> Option<usize> {
        let mut bytes: libc::c_int = 0;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        // SAFETY: TIOCOUTQ writes one int, which lives through the call.
        let r = unsafe { libc::ioctl(self.fd(), libc::TIOCOUTQ as _, &raw mut bytes) };
        #[cfg(target_vendor = "apple")]
        let r = {
            let mut len = mem::size_of::<libc::c_int>() as libc::socklen_t;
            let (value, len) = ((&raw mut bytes).cast(), &raw mut len);
            // SAFETY: SO_NWRITE writes one int; it and its length live through the call.
            unsafe { libc::getsockopt(self.fd(), libc::SOL_SOCKET, libc::SO_NWRITE, value, len) }
        };
        #[cfg(not(any(target_vendor = "apple", target_os = "linux", target_os = "android")))]
        let r = -1;
        (r == 0).then_some(usize::try_from(bytes).unwrap_or(0))
    }

    fn set_int(&self, level: libc::c_int, name: libc::c_int, value: libc::c_int) {
        let len = mem::size_of::<libc::c_int>() as libc::socklen_t;
        // SAFETY: the option value is one int that lives through the call.
        unsafe { libc::setsockopt(self.fd(), level, name, (&raw const value).cast(), len) };
    }
}

impl Read for &Socket {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.recv(into)
    }
}

impl Write for &Socket {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.send(from)
    }

    /// By `sendmsg`, because `writev` cannot be told not to raise SIGPIPE.
    fn write_vectored(&mut self, from: &[io::IoSlice<'_>]) -> io::Result<usize> {
        // SAFETY: all-zero is a valid msghdr (null pointers and zero lengths).
        let mut message: libc::msghdr = unsafe { mem::zeroed() };
        // IoSlice is guaranteed to have the layout of iovec; sendmsg does not write through it.
        message.msg_iov = from.as_ptr().cast_mut().cast();
        // 16 is the smallest IOV_MAX that POSIX allows. The field's type differs between systems.
        message.msg_iovlen = from.len().min(16) as _;
        retry(|| {
            // SAFETY: `message` names live slices and nothing else.
            unsafe { libc::sendmsg(self.fd(), &raw const message, SEND_FLAGS) }
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Repeats a call that a signal interrupted.
fn retry(mut call: impl FnMut() -> libc::ssize_t) -> io::Result<usize> {
    loop {
        let n = call();
        if n >= 0 {
            return Ok(n as usize);
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// The address as the C library wants it, and its length.
fn raw_address(to: SocketAddr) -> (libc::sockaddr_storage, libc::socklen_t) {
    // SAFETY: all-zero is a valid sockaddr_storage, sockaddr_in and sockaddr_in6.
    let mut storage: libc::sockaddr_storage = unsafe { mem::zeroed() };
    let len = match to {
        SocketAddr::V4(v4) => {
            // SAFETY: sockaddr_storage is large enough and aligned for every address type.
            let raw = unsafe { &mut *(&raw mut storage).cast::<libc::sockaddr_in>() };
            raw.sin_family = libc::AF_INET as libc::sa_family_t;
            raw.sin_port = v4.port().to_be();
            raw.sin_addr.s_addr = u32::from_ne_bytes(v4.ip().octets());
            mem::size_of::<libc::sockaddr_in>()
        }
        SocketAddr::V6(v6) => {
            // SAFETY: sockaddr_storage is large enough and aligned for every address type.
            let raw = unsafe { &mut *(&raw mut storage).cast::<libc::sockaddr_in6>() };
            raw.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            raw.sin6_port = v6.port().to_be();
            raw.sin6_addr.s6_addr = v6.ip().octets();
            raw.sin6_flowinfo = v6.flowinfo();
            raw.sin6_scope_id = v6.scope_id();
            mem::size_of::<libc::sockaddr_in6>()
        }
    };
    #[cfg(target_vendor = "apple")]
    {
        storage.ss_len = len as u8;
    }
    (storage, len as libc::socklen_t)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;
    use crate::http::cancel::WakePipe;
    use crate::http::loopback::*;

    /// Connected to a peer that has gone, so that writing fails with EPIPE.
    fn broken() -> Socket {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let (exchange, pipe) = patient_worker();
        let (socket, _) = crate::http::happy::connect(&[at], &exchange, &pipe).unwrap();
        // Closing with unread bytes resets the connection; on loopback that has arrived when drop returns.
        socket.send(b"x").unwrap();
        drop(listener.accept().unwrap());
        while socket.send(b"x").is_ok() {}
        socket
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn nothing_raises_sigpipe() {
        let socket = broken();
        let bytes = b"x";
        // SAFETY: writes one byte of a static to a descriptor that is open.
        let plainly = || unsafe { libc::write(socket.fd(), bytes.as_ptr().cast(), 1) };
        assert!(raises_sigpipe(|| assert_eq!(plainly(), -1)), "the test must be able to see it");
        let is_pipe = |r: io::Result<usize>| {
            assert_eq!(r.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        };
        assert!(!raises_sigpipe(|| is_pipe(socket.send(bytes))));
        assert!(!raises_sigpipe(|| is_pipe((&socket).write_vectored(&[io::IoSlice::new(bytes)]))));
        let pipe = WakePipe::new().unwrap();
        let waker = pipe.waker().clone();
        drop(pipe);
        assert!(!raises_sigpipe(|| waker.wake()));
    }

    #[test]
    fn vectored_writes_arrive_in_order_and_peeking_takes_nothing() {
        let (at, server) = serve_once(|mut stream| read_until(&mut stream, b"!"));
        let (exchange, pipe) = patient_worker();
        let (socket, _) = crate::http::happy::connect(&[at], &exchange, &pipe).unwrap();
        let parts: Vec<Vec<u8>> = (b'a'..=b'z').map(|c| vec![c; 3]).collect();
        let slices: Vec<_> = parts.iter().map(|p| io::IoSlice::new(p)).collect();
        // 26 slices are more than one call may take; what was not taken is for the next call.
        let n = (&socket).write_vectored(&slices).unwrap();
        assert_eq!(n, 16 * 3);
        socket.send(b"!").unwrap();
        let got = server.join().unwrap();
        assert_eq!(got[..n], parts.concat()[..n]);

        let (at, server) = serve_once(|mut stream| stream.write_all(b"hello").unwrap());
        let (socket, _) = crate::http::happy::connect(&[at], &exchange, &pipe).unwrap();
        server.join().unwrap();
        let mut bytes = [0; 8];
        for _ in 0..2 {
            assert_eq!(socket.peek(&mut bytes).unwrap(), 5);
        }
        assert_eq!((socket.recv(&mut bytes).unwrap(), &bytes[..5]), (5, &b"hello"[..]));
        assert_eq!(socket.recv(&mut bytes).unwrap(), 0);
    }

    #[test]
    fn options_are_set() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (Begun::Connected(socket) | Begun::Underway(socket)) =
            Socket::begin(listener.local_addr().unwrap()).unwrap();
        let get = |level, name| {
            let mut value: libc::c_int = 0;
            let mut len = mem::size_of::<libc::c_int>() as libc::socklen_t;
            let to = (&raw mut value).cast();
            // SAFETY: these options are one int; `value` and `len` live through the call.
            let r = unsafe { libc::getsockopt(socket.fd(), level, name, to, &raw mut len) };
            assert_eq!(r, 0);
            value
        };
        assert_ne!(get(libc::IPPROTO_TCP, libc::TCP_NODELAY), 0);
        assert_eq!(get(libc::IPPROTO_TCP, TCP_NOTSENT_LOWAT), UNSENT_LOW_WATER);
        // SAFETY: fcntl with F_GETFD takes no pointers.
        assert_ne!(unsafe { libc::fcntl(socket.fd(), libc::F_GETFD) } & libc::FD_CLOEXEC, 0);
    }
}
