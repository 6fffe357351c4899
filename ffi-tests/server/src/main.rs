//! An HTTP server that does on the wire exactly what a request tells it to: `ffi-tests/README.md` is its manual.
//!
//! `scripted-server [--ca FILE]` opens its ports, writes its CA certificate to FILE, prints one line
//! `ready http=PORT https=PORT ...` and serves until its standard input ends, so that no test can leave it behind.
//! It listens on the loopback interface only.

mod app;
mod codings;
mod control;
mod gates;
mod journal;
mod pattern;
mod play;
mod ports;
mod proxy;
mod relay;
mod request;
mod routes;
mod script;
mod serve;
mod socks;
mod text;
mod tls;
mod wire;

use std::io::{self, Read, Write};
use std::process::exit;
use std::sync::Arc;

use app::App;
use ports::Kind;
use proxy::Login;
use tls::{Certificate, Tls};

/// What the ports `proxy-auth` and `socks-auth` want to hear.
const LOGIN: (&str, &str) = ("user", "pass word");

fn main() {
    match start() {
        Ok(line) => {
            println!("{line}");
            let _ = io::stdout().flush();
        }
        Err(e) => {
            eprintln!("scripted-server: {e}");
            exit(1);
        }
    }
    let mut sink = [0; 256];
    while io::stdin().read(&mut sink).is_ok_and(|n| n > 0) {}
    exit(0);
}

fn start() -> Result<String, Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let mut ca = None;
    while let Some(arg) = args.next() {
        match (arg.as_str(), args.next()) {
            ("--ca", Some(path)) => ca = Some(path),
            _ => return Err("usage: scripted-server [--ca FILE]".into()),
        }
    }
    let tls = Tls::new()?;
    if let Some(path) = &ca {
        std::fs::write(path, &tls.ca_pem)?;
    }
    raise_descriptor_limit();
    let app = Arc::new(App::new(tls));
    let login = || Some(Login { user: LOGIN.0.into(), password: LOGIN.1.into() });
    let mut line = String::from("ready");
    for (name, kind) in [
        ("http", Kind::Http),
        ("https", Kind::Https(Certificate::Good)),
        ("expired", Kind::Https(Certificate::Expired)),
        ("wrong-host", Kind::Https(Certificate::WrongHost)),
        ("untrusted", Kind::Https(Certificate::Untrusted)),
        ("silent", Kind::Silent),
        ("blackhole", Kind::Blackhole),
        ("refused", Kind::Refused),
        ("proxy", Kind::Proxy(None)),
        ("proxy-auth", Kind::Proxy(login())),
        ("socks", Kind::Socks(None)),
        ("socks-auth", Kind::Socks(login())),
    ] {
        let v6_too = matches!(name, "http" | "https");
        let port = ports::open(&app, kind.clone())?;
        line.push_str(&format!(" {name}={port}"));
        if v6_too && ports::open_v6(&app, kind, port) {
            line.push_str(&format!(" {name}6={port}"));
        }
    }
    if let Some(path) = &ca {
        line.push_str(&format!(" ca={path}"));
    }
    app.ready.lock().expect("no holder of this lock panics").clone_from(&line);
    Ok(line)
}

/// A thousand open streams need two thousand descriptors.
fn raise_descriptor_limit() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is valid for both calls; a failure leaves the limit as it was.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) == 0 {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
        }
    }
}
