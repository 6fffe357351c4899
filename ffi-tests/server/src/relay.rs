//! What the two kinds of proxies share: finding the target and copying both ways.

use std::io;
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::thread;

use crate::app::Conn;

/// Connects to a target. Names under `.test` are this machine, so that a test can prove who resolved a name.
pub fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let stream = if host.ends_with(".test") {
        TcpStream::connect((Ipv4Addr::LOCALHOST, port))?
    } else {
        TcpStream::connect((host.trim_start_matches('[').trim_end_matches(']'), port))?
    };
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Splits `host:port`.
pub fn authority(text: &str, default_port: u16) -> Option<(&str, u16)> {
    match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => Some((host, port.parse().ok()?)),
        _ => Some((text, default_port)),
    }
}

/// Copies both ways until both have ended. What the client sent ahead must have been passed on already.
pub fn run(conn: &Conn, upstream: TcpStream) -> io::Result<()> {
    let client = conn.wire.try_clone_socket()?;
    let (mut from_client, mut to_upstream) = (client.try_clone()?, upstream.try_clone()?);
    let up = thread::Builder::new().stack_size(128 * 1024).spawn(move || {
        let n = io::copy(&mut from_client, &mut to_upstream).unwrap_or(0);
        let _ = to_upstream.shutdown(Shutdown::Write);
        n
    })?;
    let (mut from_upstream, mut to_client) = (upstream, client);
    let down = io::copy(&mut from_upstream, &mut to_client);
    let _ = to_client.shutdown(if down.is_ok() { Shutdown::Write } else { Shutdown::Both });
    let sent = up.join().unwrap_or(0);
    let _ = from_upstream.shutdown(Shutdown::Both);
    conn.log("relayed", format!("up={sent} down={}", down.unwrap_or(0)));
    Ok(())
}
