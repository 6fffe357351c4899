//! A connection through a SOCKS5 proxy (RFC 1928), without credentials or with user name and password (RFC 1929).
//!
//! Knows nothing of what goes through it. Who resolves the name is the caller's choice: the target is a name or an address.

use std::net::{IpAddr, SocketAddr};

use super::error::Failure;
use super::proxy::Proxy;
use super::talk::{Talk, proxy};

const VERSION: u8 = 5;
const NO_AUTHENTICATION: u8 = 0;
const USER_PASSWORD: u8 = 2;
const NONE_ACCEPTABLE: u8 = 0xff;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const DOMAIN: u8 = 3;
const IPV6: u8 = 4;

/// Where the proxy is to connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// A name that the proxy resolves.
    Name(&'a str, u16),
    /// An address.
    Address(SocketAddr),
}

/// Why there is no connection.
#[derive(Debug)]
pub struct Refusal {
    /// For the caller's caller.
    pub failure: Failure,
    /// Whether the proxy did its part and only this address is at fault; another address of the host may do.
    pub other_address_may_do: bool,
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Refusal {
        Refusal { failure, other_address_may_do: false }
    }
}

/// Asks the proxy to connect to the target.
pub fn open(talk: &Talk<'_>, through: &Proxy, target: Target<'_>) -> Result<(), Refusal> {
    // Both requests are built first: what cannot be said is refused before anything is sent.
    let login = through.credentials.as_ref().map(login_request).transpose()?;
    let request = connect_request(target)?;
    match login {
        None => talk.send(&[VERSION, 1, NO_AUTHENTICATION])?,
        Some(_) => talk.send(&[VERSION, 2, NO_AUTHENTICATION, USER_PASSWORD])?,
    }
    let mut choice = [0; 2];
    talk.read_exact(&mut choice)?;
    match (choice, login) {
        ([VERSION, NO_AUTHENTICATION], _) => {}
        ([VERSION, USER_PASSWORD], Some(login)) => {
            talk.send(&login)?;
            let mut verdict = [0; 2];
            talk.read_exact(&mut verdict)?;
            if verdict[1] != 0 {
                return Err(proxy("the SOCKS proxy did not accept the credentials").into());
            }
        }
        ([VERSION, NONE_ACCEPTABLE], None) => {
            return Err(proxy("the SOCKS proxy asks for credentials").into());
        }
        ([VERSION, _], _) => {
            return Err(proxy("the SOCKS proxy offers no way to log in that is known here").into());
        }
        _ => return Err(proxy("the proxy does not speak SOCKS5").into()),
    }
    talk.send(&request)?;
    read_reply(talk)
}

fn login_request((user, password): &(String, String)) -> Result<Vec<u8>, Failure> {
    let mut out = vec![1];
    for (what, text) in [("user name", user), ("password", password)] {
        // RFC 1929: 1 to 255 bytes; proxies accept an empty password, and some users have none.
        let len = u8::try_from(text.len())
            .map_err(|_| proxy(format!("the {what} is too long for a SOCKS proxy")))?;
        out.push(len);
        out.extend_from_slice(text.as_bytes());
    }
    Ok(out)
}

fn connect_request(target: Target<'_>) -> Result<Vec<u8>, Failure> {
    let mut out = vec![VERSION, CONNECT, 0];
    let port = match target {
        Target::Name(name, port) => {
            let len = u8::try_from(name.len())
                .map_err(|_| proxy("the host name is too long for a SOCKS proxy"))?;
            out.extend_from_slice(&[DOMAIN, len]);
            out.extend_from_slice(name.as_bytes());
            port
        }
        Target::Address(address) => {
            match address.ip() {
                IpAddr::V4(ip) => {
                    out.push(IPV4);
                    out.extend_from_slice(&ip.octets());
                }
                IpAddr::V6(ip) => {
                    out.push(IPV6);
                    out.extend_from_slice(&ip.octets());
                }
            }
            address.port()
        }
    };
    out.extend_from_slice(&port.to_be_bytes());
    Ok(out)
}

/// Reads the reply to its end; the address it names is of no use to us.
fn read_reply(talk: &Talk<'_>) -> Result<(), Refusal> {
    let mut head = [0; 4];
    talk.read_exact(&mut head)?;
    let [version, reply, _, kind] = head;
    if version != VERSION {
        return Err(proxy("the proxy does not speak SOCKS5").into());
    }
    if reply != 0 {
        let failure = proxy(format!("the SOCKS proxy did not connect: {}", meaning(reply)));
        let other_address_may_do = matches!(reply, 3..=6 | 8);
        return Err(Refusal { failure, other_address_may_do });
    }
    let address_len = match kind {
        IPV4 => 4,
        IPV6 => 16,
        DOMAIN => {
            let mut len = [0];
            talk.read_exact(&mut len)?;
            usize::from(len[0])
        }
        _ => return Err(proxy("the SOCKS proxy's reply has an unknown address type").into()),
    };
    let mut rest = [0; 255 + 2];
    talk.read_exact(&mut rest[..address_len + 2])?;
    Ok(())
}

/// RFC 1928 section 6.
fn meaning(reply: u8) -> String {
    match reply {
        1 => "general failure".into(),
        2 => "not allowed by its rules".into(),
        3 => "network unreachable".into(),
        4 => "host unreachable".into(),
        5 => "connection refused".into(),
        6 => "time to live expired".into(),
        7 => "command not supported".into(),
        8 => "address type not supported".into(),
        n => format!("unknown reply {n}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_those_of_the_rfcs() {
        let name = connect_request(Target::Name("ab.c", 443)).unwrap();
        assert_eq!(name, b"\x05\x01\x00\x03\x04ab.c\x01\xbb");
        let v4 = connect_request(Target::Address("1.2.3.4:80".parse().unwrap())).unwrap();
        assert_eq!(v4, b"\x05\x01\x00\x01\x01\x02\x03\x04\x00\x50");
        let v6 = connect_request(Target::Address("[::1]:80".parse().unwrap())).unwrap();
        assert_eq!((v6.len(), v6[3]), (22, IPV6));
        let login = login_request(&("me".into(), "pw!".into())).unwrap();
        assert_eq!(login, b"\x01\x02me\x03pw!");
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let long = "x".repeat(256);
        assert!(connect_request(Target::Name(&long, 1)).is_err());
        assert!(login_request(&("me".into(), long)).is_err());
    }
}
