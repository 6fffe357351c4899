//! What a proxy answers (`http/socks.rs`, `http/tunnel.rs`, `http/talk.rs`), over a real socket: a tunnel is taken for open
//! exactly when RFC 1928, 1929 or 9110 9.3.6 says so, and not one byte behind the answer is taken from what follows.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reqtask::http::proxy::{Proxy, ProxyKind};
use reqtask::http::socks::{self, Target};
use reqtask::http::talk::Talk;
use reqtask::http::tcp::{Begun, Socket};
use reqtask::http::{Failure, Kind, tunnel};
use reqtask_fuzz::{Server, is_sentence, steer, worker};

thread_local! {
    static SERVER: Server = Server::new();
}

fuzz_target!(|data: &[u8]| {
    let (how, answer) = steer(data);
    let (by_socks, login) = (how & 1 != 0, how & 2 != 0);
    let proxy = Proxy {
        kind: if by_socks { ProxyKind::Socks5h } else { ProxyKind::Http },
        host: "proxy.test".to_owned(),
        port: 1,
        credentials: login.then(|| ("joe".to_owned(), "TOPSECRET".to_owned())),
    };
    SERVER.with(|server| {
        let socket = match Socket::begin(server.at()) {
            Ok(Begun::Connected(socket) | Begun::Underway(socket)) => socket,
            Err(refused) => panic!("{refused:?}"),
        };
        let mut peer = (0..1_000_000).find_map(|_| server.accept()).expect("loopback connects");
        peer.write(answer);
        peer.end();
        let (exchange, pipe) = worker();
        let talk = Talk { socket: &socket, exchange: &exchange, pipe: &pipe };
        let (got, want) = match by_socks {
            true => {
                let target = Target::Name("origin.test", 443);
                let got = socks::open(&talk, &proxy, target).map_err(|refusal| refusal.failure);
                (got, socks_model(answer, login))
            }
            false => (tunnel::open(&talk, &proxy, "origin.test", 443), tunnel_model(answer)),
        };
        match (&got, want) {
            (Ok(()), Some(used)) => assert_eq!(rest_of(&socket), answer[used..]),
            (Err(failure), None) => is_harmless(failure),
            other => panic!("{other:?} for {:?}", answer.escape_ascii().to_string()),
        }
        is_asked_properly(&peer.read(), by_socks, login);
    });
});

fn is_harmless(failure: &Failure) {
    assert_eq!(failure.kind, Kind::Proxy, "{failure:?}");
    is_sentence(&failure.message);
    assert!(!failure.message.contains("TOPSECRET"));
}

fn rest_of(socket: &Socket) -> Vec<u8> {
    let mut all = Vec::new();
    let mut into = [0; 4096];
    loop {
        match socket.recv(&mut into) {
            Ok(0) => return all,
            Ok(n) => all.extend_from_slice(&into[..n]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                std::thread::yield_now()
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// How long an answer that opens the tunnel is.
fn socks_model(answer: &[u8], login: bool) -> Option<usize> {
    let (choice, mut rest) = answer.split_first_chunk::<2>()?;
    match (choice, login) {
        ([5, 0], _) => {}
        ([5, 2], true) => {
            let (verdict, behind) = rest.split_first_chunk::<2>()?;
            (verdict[1] == 0).then_some(())?;
            rest = behind;
        }
        _ => return None,
    }
    let address = match rest {
        [5, 0, _, 1, ..] => 4,
        [5, 0, _, 4, ..] => 16,
        [5, 0, _, 3, len, ..] => 1 + usize::from(*len),
        _ => return None,
    };
    let len = 4 + address + 2;
    (rest.len() >= len).then_some(answer.len() - rest.len() + len)
}

fn tunnel_model(answer: &[u8]) -> Option<usize> {
    let mut at = 0;
    // At most eight interim answers.
    for _ in 0..9 {
        let begin = at;
        let mut lines = 0;
        loop {
            let len = answer[at..].iter().position(|b| *b == b'\n')?;
            let is_empty = answer[at..at + len].iter().all(|b| *b == b'\r');
            at += len + 1;
            lines += 1;
            if is_empty && lines > 1 {
                break;
            }
        }
        let line = answer[begin..at].split(|b| *b == b'\n').next()?.trim_ascii_end();
        let [b'H', b'T', b'T', b'P', b'/', b'1', b'.', _, b' ', digits @ ..] = line else {
            return None;
        };
        let (digits, rest) = digits.split_first_chunk::<3>()?;
        if !digits.iter().all(u8::is_ascii_digit) || !matches!(rest, [] | [b' ', ..]) {
            return None;
        }
        match digits[0] {
            b'1' => {}
            b'2' => return Some(at),
            _ => return None,
        }
    }
    None
}

fn is_asked_properly(sent: &[u8], by_socks: bool, login: bool) {
    if by_socks {
        assert!(sent.starts_with(if login { b"\x05\x02\x00\x02" } else { b"\x05\x01\x00" }));
        return;
    }
    let text = std::str::from_utf8(sent).expect("ASCII");
    let mut lines = text.strip_suffix("\r\n\r\n").expect("a head").split("\r\n");
    assert_eq!(lines.next(), Some("CONNECT origin.test:443 HTTP/1.1"));
    assert_eq!(lines.next(), Some("Host: origin.test:443"));
    assert_eq!(lines.next().is_some(), login);
    assert_eq!(lines.next(), None);
}
