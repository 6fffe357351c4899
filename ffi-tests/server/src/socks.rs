//! A small SOCKS5 proxy (RFC 1928), with user and password (RFC 1929) where the port has some. CONNECT only.
//! The target is logged as it was asked for, so that a test sees whether the name or an address came.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::app::Conn;
use crate::proxy::Login;
use crate::relay;
use crate::wire::Wire;

/// Serves one connection.
pub fn serve(conn: &mut Conn, login: Option<&Login>) {
    if let Err(e) = run(conn, login) {
        conn.log_gone(&e);
    }
}

fn read(wire: &mut Wire, n: usize) -> io::Result<Vec<u8>> {
    while wire.buffered().len() < n {
        if wire.fill()? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "end inside SOCKS"));
        }
    }
    let bytes = wire.buffered()[..n].to_vec();
    wire.consume(n);
    Ok(bytes)
}

fn say(wire: &mut Wire, bytes: &[u8]) -> io::Result<()> {
    wire.put(bytes)?;
    wire.flush()
}

fn run(conn: &mut Conn, login: Option<&Login>) -> io::Result<()> {
    let hello = read(&mut conn.wire, 2)?;
    let methods = read(&mut conn.wire, usize::from(hello[1]))?;
    let wanted = if login.is_some() { 2 } else { 0 };
    if hello[0] != 5 || !methods.contains(&wanted) {
        conn.log("socks", "no acceptable method".to_owned());
        return say(&mut conn.wire, &[5, 0xff]);
    }
    say(&mut conn.wire, &[5, wanted])?;
    if let Some(login) = login {
        let n = read(&mut conn.wire, 2)?[1];
        let user = read(&mut conn.wire, usize::from(n))?;
        let n = read(&mut conn.wire, 1)?[0];
        let password = read(&mut conn.wire, usize::from(n))?;
        if user != login.user.as_bytes() || password != login.password.as_bytes() {
            conn.log("socks", "wrong password".to_owned());
            return say(&mut conn.wire, &[1, 1]);
        }
        say(&mut conn.wire, &[1, 0])?;
    }
    let ask = read(&mut conn.wire, 4)?;
    let host = match ask[3] {
        1 => {
            let b = read(&mut conn.wire, 4)?;
            Ipv4Addr::new(b[0], b[1], b[2], b[3]).to_string()
        }
        3 => {
            let n = read(&mut conn.wire, 1)?[0];
            String::from_utf8_lossy(&read(&mut conn.wire, usize::from(n))?).into_owned()
        }
        4 => {
            let b: [u8; 16] = read(&mut conn.wire, 16)?.try_into().expect("16 bytes were read");
            Ipv6Addr::from(b).to_string()
        }
        _ => return say(&mut conn.wire, &[5, 8, 0, 1, 0, 0, 0, 0, 0, 0]),
    };
    let port = read(&mut conn.wire, 2)?;
    let port = u16::from_be_bytes([port[0], port[1]]);
    conn.log("socks", format!("{host}:{port}"));
    if ask[1] != 1 {
        return say(&mut conn.wire, &[5, 7, 0, 1, 0, 0, 0, 0, 0, 0]);
    }
    match relay::connect(&host, port) {
        Err(_) => say(&mut conn.wire, &[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]),
        Ok(mut upstream) => {
            say(&mut conn.wire, &[5, 0, 0, 1, 127, 0, 0, 1, 0, 0])?;
            let n = conn.wire.buffered().len();
            io::Write::write_all(&mut upstream, conn.wire.buffered())?;
            conn.wire.consume(n);
            relay::run(conn, upstream)
        }
    }
}
