//! Text of the app that is parsed: proxies, hosts without a proxy, fixed addresses, pins. A refusal is a sentence without the
//! password; what is taken makes sense.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reqtask::http::DnsOverride;
use reqtask::http::pins::Pins;
use reqtask::http::proxy::{NoProxy, Proxy, ProxyKind};
use reqtask_fuzz::{is_sentence, steer};

fuzz_target!(|data: &[u8]| {
    let (which, rest) = steer(data);
    let text = String::from_utf8_lossy(rest);
    match which % 4 {
        0 => proxy(&text),
        1 => no_proxy(&text),
        2 => dns_override(&text),
        _ => {
            if let Err(why) = Pins::parse(&text) {
                is_sentence(&why);
            }
        }
    }
});

fn proxy(text: &str) {
    match Proxy::parse(text) {
        Err(why) => is_sentence(&why),
        Ok(proxy) => {
            assert!(proxy.port > 0 && !proxy.host.is_empty());
            assert!(!proxy.host.contains(['@', '/', '?', '#', '\\', ' ']), "{}", proxy.host);
            let shown = format!("{proxy:?}");
            if let Some((user, password)) = &proxy.credentials {
                let limit = if proxy.kind == ProxyKind::Http { usize::MAX } else { 255 };
                assert!(user.len() <= limit && password.len() <= limit);
                assert!(password.len() < 8 || !shown.contains(password.as_str()), "{shown}");
            }
        }
    }
    // With a password in front, no sentence may hold it.
    let secret = format!("socks5://user:TOPSECRET@{text}");
    for text in [secret.as_str(), &secret[9..], &format!("http:/{}", &secret[9..])] {
        if let Err(why) = Proxy::parse(text) {
            is_sentence(&why);
            assert!(!why.contains("TOPSECRET"), "{why}");
        }
    }
}

fn no_proxy(text: &str) {
    let lenient = NoProxy::parse_lenient(text);
    match NoProxy::parse(text) {
        Err(why) => is_sentence(&why),
        Ok(strict) => {
            for (host, port) in
                [("h", 80), ("a.example", 443), ("10.1.2.3", 80), ("::1", 80), ("", 0), ("*", 1)]
            {
                assert_eq!(strict.matches(host, port), lenient.matches(host, port), "{host}");
            }
        }
    }
}

fn dns_override(text: &str) {
    match DnsOverride::parse(text) {
        Err(why) => is_sentence(&why),
        Ok(fixed) => {
            assert!(fixed.port > 0 && !fixed.addresses.is_empty() && !fixed.host.is_empty());
            assert_eq!(fixed.host, fixed.host.to_lowercase());
            let mut once = fixed.addresses.clone();
            once.dedup();
            assert_eq!(once, fixed.addresses);
        }
    }
}
