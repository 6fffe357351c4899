//! No secret in what is printed for developers: every kind of value that holds one is shown by `Debug`, while a request that is full
//! of canaries runs against a server, and none of them may be seen. Paths and field names may.

use std::io::Write;
use std::rc::Rc;
use std::sync::Arc;

use http::{HeaderName, HeaderValue, Method};

use super::Http;
use super::buffers::Outbox;
use super::check::check_request;
use super::cookies::Jar;
use super::fields::Fields;
use super::head;
use super::intake::Intake;
use super::loopback::{direct, patient_worker, read_until, serve_once};
use super::outgoing::{cookies, outgoing};
use super::proxy::{EnvProxies, Proxy};
use super::redirect::decide;
use super::request::Request;
use super::seam::{Got, Hop, Route};
use super::settings::Settings;
use super::testing::{policy, request};
use super::transport::Plan;
use super::url::parse_url;

/// The mark of everything that must not be seen.
const HUSH: &str = "hush";

/// Text that was printed, and what printed it.
fn quiet(what: &str, shown: &str) {
    let low = shown.to_lowercase();
    // As Base64 of "joe:hush-…" too, and as the list of numbers that a byte vector is shown as.
    for canary in [HUSH, "am9lomh1c2", "104, 117, 115, 104"] {
        assert!(!low.contains(canary), "{what} shows a secret: {shown}");
    }
}

fn debug(what: &str, value: &dyn std::fmt::Debug) {
    quiet(what, &format!("{value:?}"));
    quiet(what, &format!("{value:#?}"));
}

fn full_of_secrets(port: u16) -> Request {
    let mut r =
        request("POST", &format!("http://joe:hush-p@127.0.0.1:{port}/open?token=hush-q#hush-f"));
    debug("a request before it is checked", &r);
    for (name, value) in
        [("proxy-authorization", "Basic hush-pa"), ("cookie", "a=hush-c"), ("x-api-key", "hush-x")]
    {
        let field = (HeaderName::from_static(name), HeaderValue::from_static(value));
        r.ask_mut().fields.push(field);
    }
    check_request(&mut r).expect("a good request");
    r
}

#[test]
fn debug_shows_no_secret_while_a_request_runs() {
    let (at, server) = serve_once(|mut stream| {
        let head = read_until(&mut stream, b"\r\n\r\n");
        let head = String::from_utf8(head).expect("an ASCII head");
        // They do arrive, or the test would prove nothing.
        for sent in ["authorization: Basic am9lOmh1c2", "cookie: a=hush-c", "?token=hush-q"] {
            assert!(head.contains(sent), "{head}");
        }
        let answer = "HTTP/1.1 200 OK\r\nSet-Cookie: s=hush-s\r\nContent-Length: 12\r\n\r\nhush-b";
        stream.write_all(answer.as_bytes()).expect("the client reads");
        stream
    });
    let proxy = Arc::new(Proxy::parse("http://joe:hush-proxy@proxy.example:1").expect("a proxy"));
    let settings =
        Settings { cookies: true, env_proxy: (None, Some(proxy)), ..Settings::default() };
    debug("settings", &settings);
    let http = Http::new(settings).expect("no roots to read");
    let request = full_of_secrets(at.port());
    debug("a request", &request);
    let mut fetch = http.begin(request).expect("a good request");
    debug("a fetch that begins", &fetch);
    let (exchange, pipe) = patient_worker();
    let pipe = Rc::new(pipe);
    let mut answer = loop {
        if let Some(answer) = http.advance(&mut fetch, &exchange, &pipe).expect("an answer") {
            break answer;
        }
        debug("a fetch that waits", &fetch);
    };
    debug("an answer", &answer);
    let mut into = [0; 3];
    let got = answer.body.read(&mut into, &exchange, &pipe).expect("a piece of the body");
    assert_eq!(got, Got::Bytes(3));
    debug("a body", &answer.body);
    debug("an exchange", &exchange);
    debug("a client", &http);
    drop(server.join().expect("the server saw what it should"));
    let failure = loop {
        match answer.body.read(&mut into, &exchange, &pipe) {
            Err(failure) => break failure,
            Ok(got) => assert!(matches!(got, Got::Bytes(_)), "{got:?}"),
        }
    };
    debug("the failure of a body that ends early", &failure);
    quiet("its sentence", &failure.to_string());
}

#[test]
fn debug_shows_no_secret_of_any_part() {
    let r = full_of_secrets(1);
    let url = parse_url("https://joe:hush@h.example/open?hush#hush").expect("a good URL");
    let mut fields = Fields::default();
    fields.push(b"set-cookie", b"s=hush; Secure; Path=/");
    fields.push(b"location", b"https://joe:hush@k.example/?hush#hush");
    debug("fields", &fields);
    let jar = Jar::default();
    jar.store(&fields, &url);
    debug("a jar", &jar);
    debug("a decision", &decide(302, &fields, &Method::GET, &url, &policy(), 0));
    let refused = decide(
        302,
        &fields,
        &Method::GET,
        &url,
        &super::Policy { redirects_max: 1, ..policy() },
        1,
    );
    debug("a refusal", &refused);

    let cookies = cookies(&r.ask.fields, Some(&jar), &url);
    assert!(cookies.as_deref().is_some_and(|c| c.ends_with(b"s=hush")));
    let lines = outgoing(&r.ask.fields, &r.policy, cookies.as_deref());
    let proxy = Arc::new(Proxy::parse("socks5h://joe:hush@proxy.example:1").expect("a proxy"));
    debug("a proxy", &proxy);
    debug("proxies", &EnvProxies { https: Some(proxy.clone()), ..EnvProxies::default() });
    let route = Route { proxy: Some(&proxy), tunnel: true, ..direct(&url) };
    let hop = Hop {
        method: &Method::GET,
        url: &url,
        lines: &lines,
        body: None,
        route,
        header_max_bytes: 1,
        fresh: false,
    };
    debug("a hop", &hop);
    debug("a route", &route);
    let mut out = Outbox::default();
    out.put(b"cookie: hush\r\n");
    debug("an outbox", &out);
    let plan = Plan { method: Method::GET, out, body: None, expects: false, header_max_bytes: 1 };
    debug("a plan", &plan);

    let head = b"HTTP/1.1 200 OK\r\nset-cookie: hush\r\n\r\nhush";
    let (parsed, _) = head::parse(head).expect("a good head").expect("a whole head");
    debug("a head", &parsed);
    let mut intake = Intake::new(1000);
    intake.space()[..head.len()].copy_from_slice(head);
    intake.add(head.len());
    debug("an intake", &intake);
}
