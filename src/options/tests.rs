//! The table's own order, each setter's refusals, and what 0 stands for.

use super::table::{Kind, Range, Scope, TABLE, key};
use super::*;
use crate::http::loopback::certificate;
use crate::http::testing::pem;
use crate::http::tls_rules::USUAL;

fn refusal(options: &mut Options, scope: Scope, key: u32, value: u64) -> (Refused, String) {
    let refusal = options.set_number(scope, key, value).expect_err("refused");
    (refusal.why, refusal.message)
}

#[test]
fn the_table_is_in_order_and_every_default_is_in_its_range() {
    for pair in TABLE.windows(2) {
        assert!(pair[0].key < pair[1].key, "{} stands before {}", pair[0].name, pair[1].name);
    }
    for row in TABLE {
        assert!(row.name.starts_with("REQTASK_OPT_") && row.doc.ends_with('.'), "{}", row.name);
        match row.kind {
            Kind::Number(range, default) => {
                assert!(row.key < 1000 && range.holds(default), "{}", row.name);
            }
            Kind::Text(_) => assert!(row.key > 1000, "{}", row.name),
        }
    }
}

#[test]
fn every_number_takes_its_range_and_nothing_else() {
    for row in TABLE {
        let Kind::Number(range, _) = row.kind else { continue };
        let scope = if row.scope == Scope::Request { Scope::Request } else { Scope::Client };
        let (good, bad) = match range {
            Range::Switch => (vec![0, 1], 2),
            Range::UpTo(max) => (vec![0, 1, max], max + 1),
            Range::OneOf(all) => (all.to_vec(), 5),
        };
        let mut options = Options::default();
        for value in good {
            options.set_number(scope, row.key, value).expect("in range");
            assert_eq!(options.number(row.key), value, "{}", row.name);
        }
        let before = options.number(row.key);
        let (why, message) = refusal(&mut options, scope, row.key, bad);
        assert_eq!(why, Refused::InvalidArg);
        assert!(message.contains(row.name) && message.contains(&bad.to_string()), "{message}");
        assert_eq!(options.number(row.key), before, "a refusal changes nothing");
    }
}

#[test]
fn a_refusal_names_the_culprit() {
    let mut o = Options::default();
    let says = |got: (Refused, String), why, text: &str| assert_eq!(got, (why, text.to_string()));
    says(
        refusal(&mut o, Scope::Request, key::IP_FAMILY, 5),
        Refused::InvalidArg,
        "REQTASK_OPT_IP_FAMILY must be 0, 4 or 6, not 5",
    );
    says(
        refusal(&mut o, Scope::Client, key::WORKERS_MAX, 1025),
        Refused::InvalidArg,
        "REQTASK_OPT_WORKERS_MAX must be at most 1024, not 1025",
    );
    says(
        refusal(&mut o, Scope::Client, 9999, 1),
        Refused::Unsupported,
        "this build knows no option 9999",
    );
    says(
        refusal(&mut o, Scope::Request, key::COOKIES, 1),
        Refused::InvalidArg,
        "REQTASK_OPT_COOKIES is set on a config, not on a request",
    );
    says(
        refusal(&mut o, Scope::Client, key::AUTO_RELEASE, 1),
        Refused::InvalidArg,
        "REQTASK_OPT_AUTO_RELEASE is set on a request, not on a config",
    );
    says(
        refusal(&mut o, Scope::Client, key::PROXY, 1),
        Refused::InvalidArg,
        "REQTASK_OPT_PROXY is a text option, to be set by the ..._set_str function",
    );
    let text = o.set_text(Scope::Client, key::DECODE, "1").expect_err("a number option");
    says(
        (text.why, text.message),
        Refused::InvalidArg,
        "REQTASK_OPT_DECODE is a number option, to be set by the ..._set_u64 function",
    );
}

#[test]
fn a_request_wins_over_its_client() {
    let mut client = Options::default();
    let mut request = Options::default();
    client.set_number(Scope::Client, key::TIMEOUT_MS, 5).expect("in range");
    client.set_number(Scope::Client, key::KEEP_BODY, 0).expect("in range");
    request.set_number(Scope::Request, key::TIMEOUT_MS, 7).expect("in range");
    request.set_text(Scope::Request, key::USER_AGENT, "").expect("empty sends none");
    let usual = Rules::new(&client);
    let rules = usual.with(&request);
    assert_eq!(rules.limits.total.map(|d| d.as_millis()), Some(7));
    assert!(!rules.delivery.keep_body);
    assert_eq!(rules.policy.user_agent, "");
    assert!(Arc::ptr_eq(&usual, &usual.with(&Options::default())), "nothing set, nothing copied");
    assert_eq!(usual.limits.total.map(|d| d.as_millis()), Some(5));
    assert_eq!(usual.policy.user_agent, format!("reqtask/{}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn zero_is_no_limit_or_the_most_there_can_be() {
    let mut o = Options::default();
    for row in TABLE.iter().filter(|row| row.scope != Scope::Request) {
        if let Kind::Number(..) = row.kind {
            o.set_number(Scope::Client, row.key, 0).expect("0 is in every range");
        }
    }
    let rules = Rules::new(&o);
    assert_eq!(rules.limits, crate::http::Limits::default());
    let pool = o.pool();
    assert_eq!((pool.workers_max, pool.queue_max, pool.per_host_max), (1024, None, None));
    assert!(pool.worker_idle.as_secs() > 4_000_000);
    let delivery = rules.delivery;
    assert_eq!(delivery.chunk_max_bytes, 1 << 20);
    assert_eq!((delivery.window_bytes, delivery.body_max_bytes), (usize::MAX, None));
    assert_eq!(rules.policy.header_max_bytes, 1 << 20);
    assert_eq!(rules.policy.redirects_max, 0);
    assert_eq!((o.settings().idle_connections, o.settings().idle_connection), (0, None));
}

#[test]
fn the_defaults_are_those_of_the_header() {
    let o = Options::default();
    let Rules { limits, policy, delivery } = &*Rules::new(&o);
    assert_eq!(limits.total, Some(std::time::Duration::from_secs(60)));
    assert_eq!(
        (limits.resolve, limits.connect, limits.headers, limits.read_idle),
        Default::default()
    );
    assert_eq!(o.pool().workers_max, 64);
    assert!(policy.decode && !policy.https_only && !policy.redirect_to_http && !policy.direct);
    assert_eq!((policy.redirects_max, policy.header_max_bytes), (10, 65_536));
    assert_eq!(delivery.window_bytes, 262_144);
}

#[test]
fn an_empty_proxy_means_none_at_all() {
    let (mut client, mut request) = (Options::default(), Options::default());
    client.set_text(Scope::Client, key::PROXY, "http://p").expect("a proxy");
    let usual = Rules::new(&client);
    assert!(usual.with(&request).policy.proxy.is_some());
    request.set_text(Scope::Request, key::PROXY, "").expect("no proxy");
    let policy = &usual.with(&request).policy;
    assert!(policy.direct && policy.proxy.is_none());
}

#[test]
fn a_requests_certificate_and_pins_replace_those_of_its_client_or_take_them_away() {
    let (mut client, mut request, mut bare) =
        (Options::default(), Options::default(), Options::default());
    for (options, scope) in [(&mut client, Scope::Client), (&mut request, Scope::Request)] {
        options.set_text(scope, key::CLIENT_CERT_PEM, &identity()).expect("a certificate");
    }
    client.set_text(Scope::Client, key::PINNED_KEYS, PIN).expect("a pin");
    for key in [key::CLIENT_CERT_PEM, key::PINNED_KEYS] {
        bare.set_text(Scope::Request, key, "").expect("none");
    }
    let usual = Rules::new(&client);
    let other = usual.with(&request);
    assert_eq!(usual.policy.tls, usual.with(&Options::default()).policy.tls);
    assert_ne!(usual.policy.tls.identity, other.policy.tls.identity);
    assert_eq!(usual.policy.tls.pins, other.policy.tls.pins);
    assert_eq!(usual.with(&bare).policy.tls, USUAL);
}

const PEM: &str = include_str!("test_root.pem");

const PIN: &str = "sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A client certificate and its key.
fn identity() -> String {
    let (certificate, key) = certificate(&["me"], |_| {});
    pem("CERTIFICATE", &certificate) + &pem("PRIVATE KEY", key.secret_der())
}

#[test]
fn every_text_is_parsed_when_it_is_set() {
    let (mut o, identity) = (Options::default(), identity());
    for row in TABLE.iter().filter(|row| matches!(row.kind, Kind::Text(_))) {
        let (good, bad) = match row.key {
            key::USER_AGENT => ("tool/1", "a\r\nb: c"),
            key::PROXY => ("http://joe:pw@p:3128", "ftp://p"),
            key::NO_PROXY => ("localhost,.internal", "10.0.0.0/99"),
            key::ROOTS_PEM => (PEM, "no certificate"),
            key::DNS_OVERRIDE => ("h:443=10.0.0.1,[fd00::1]", "h=10.0.0.1"),
            key::CLIENT_CERT_PEM => (&identity[..], PEM),
            key::PINNED_KEYS => (PIN, "sha256//AAAA"),
            other => panic!("{other} is not tested"),
        };
        o.set_text(Scope::Client, row.key, good).expect("good text");
        let refusal = o.set_text(Scope::Client, row.key, bad).expect_err("bad text");
        assert_eq!(refusal.why, Refused::InvalidArg);
        assert!(refusal.message.starts_with(&format!("{}: ", row.name)), "{}", refusal.message);
    }
    let (settings, policy) = (o.settings(), Rules::new(&o).policy.clone());
    assert_eq!(policy.user_agent, "tool/1");
    assert_eq!(policy.proxy.as_ref().map(|p| p.port), Some(3128));
    assert!(settings.no_proxy.matches("a.internal", 80));
    assert!(policy.tls.identity.is_some() && policy.tls.pins.is_some());
    assert_eq!((settings.extra_roots.len(), settings.dns_overrides[0].addresses.len()), (1, 2));
}

#[test]
fn text_that_adds_adds_and_text_that_replaces_replaces() {
    let mut o = Options::default();
    for (host, proxy) in [("a:1=::1", "http://one"), ("b:1=::1", "http://two")] {
        o.set_text(Scope::Client, key::DNS_OVERRIDE, host).expect("good text");
        o.set_text(Scope::Client, key::PROXY, proxy).expect("good text");
    }
    assert_eq!(o.settings().dns_overrides.len(), 2);
    let proxy = Rules::new(&o).policy.proxy.clone().expect("a proxy was set");
    assert_eq!(proxy.host, "two");
}
