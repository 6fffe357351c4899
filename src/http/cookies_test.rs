//! The jar by the cases of RFC 6265, its bounds, and random lines.

use super::cookies::{IN_ALL_MAX, Jar, PER_DOMAIN_MAX};
use super::fields::Fields;
use super::set_cookie::COOKIE_MAX_BYTES;
use super::testing::Random;
use super::url::parse_url;

fn set(jar: &Jar, url: &str, lines: &[&str]) {
    let mut f = Fields::default();
    for line in lines {
        f.push(b"set-cookie", line.as_bytes());
    }
    jar.store(&f, &parse_url(url).expect("a good URL"));
}

fn get(jar: &Jar, url: &str) -> String {
    let value = jar.cookie_value(&parse_url(url).expect("a good URL"));
    value.map_or_else(String::new, |v| String::from_utf8(v).expect("ASCII cookies"))
}

/// What is sent to `to` after `from` has set these.
fn round(from: &str, lines: &[&str], to: &str) -> String {
    let jar = Jar::default();
    set(&jar, from, lines);
    get(&jar, to)
}

#[test]
fn names_and_values() {
    for (line, want) in [
        ("a=b", "a=b"),
        (" a = b ; x", "a=b"),
        ("a=b c", "a=b c"),
        ("a=\"b c\"", "a=\"b c\""),
        ("a=b=c==", "a=b=c=="),
        ("a=", "a="),
        ("a=b,c", "a=b,c"),
        ("a=%3B", "a=%3B"),
        ("=b", "b"),
        ("b", "b"),
        ("", ""),
        ("=", ""),
        (";", ""),
        ("a=b\u{1}", ""),
        ("a=b\0", ""),
        ("a=\tb", "a=b"),
    ] {
        assert_eq!(round("http://h.example/", &[line], "http://h.example/"), want, "{line:?}");
    }
}

#[test]
fn bytes_come_back_as_they_were() {
    let jar = Jar::default();
    let url = parse_url("http://h.example/").expect("a good URL");
    let mut f = Fields::default();
    f.push(b"set-cookie", b"\xe4=\xff\xc3\xbc");
    jar.store(&f, &url);
    assert_eq!(jar.cookie_value(&url).as_deref(), Some(&b"\xe4=\xff\xc3\xbc"[..]));
}

#[test]
fn domains() {
    let from = "http://www.example.com/";
    for (line, to, sent) in [
        ("a=b", "http://www.example.com/", true),
        ("a=b", "http://example.com/", false),
        ("a=b", "http://x.www.example.com/", false),
        ("a=b; Domain=example.com", "http://example.com/", true),
        ("a=b; Domain=.Example.COM", "http://x.example.com/", true),
        ("a=b; Domain=example.com", "http://notexample.com/", false),
        ("a=b; Domain=", "http://www.example.com/", true),
        ("a=b; Domain=", "http://x.www.example.com/", false),
        ("a=b; Domain=x; Domain=example.com", "http://example.com/", true),
        ("a=b; Domain=other.com", "http://www.example.com/", false),
        ("a=b; Domain=x.www.example.com", "http://www.example.com/", false),
        ("a=b; Domain=com", "http://www.example.com/", false),
        ("a=b; Domain=.com", "http://example.com/", false),
        ("a=b", "http://www.example.com:8080/", true),
    ] {
        assert_eq!(!round(from, &[line], to).is_empty(), sent, "{line} {to}");
    }
    let uk = "http://a.co.uk/";
    assert_eq!(round(uk, &["a=b; Domain=co.uk"], uk), "");
    assert_eq!(round(uk, &["a=b; Domain=a.co.uk"], "http://b.a.co.uk/"), "a=b");
    let local = "http://localhost/";
    assert_eq!(round(local, &["a=b; Domain=localhost"], local), "a=b");
    assert_eq!(round(local, &["a=b; Domain=localhost"], "http://x.localhost/"), "");
    for ip in ["http://127.0.0.1/", "http://[::1]/"] {
        assert_eq!(round(ip, &["a=b"], ip), "a=b");
        assert_eq!(round(ip, &["a=b; Domain=0.0.1"], ip), "");
    }
    assert_eq!(round("http://127.0.0.1/", &["a=b; Domain=127.0.0.1"], "http://127.0.0.1/"), "a=b");
}

#[test]
fn paths() {
    let h = |path: &str| format!("http://h.example{path}");
    for (from, line, to, sent) in [
        ("/a/b", "a=b", "/a", true),
        ("/a/b", "a=b", "/a/c", true),
        ("/a/b", "a=b", "/ab", false),
        ("/a/b", "a=b", "/", false),
        ("/", "a=b", "/x/y", true),
        ("/x", "a=b", "/y", true),
        ("/a/b", "a=b; Path=/", "/", true),
        ("/a/b", "a=b; Path=/c", "/c/d", true),
        ("/a/b", "a=b; Path=/c/", "/c", false),
        ("/a/b", "a=b; Path=c", "/a/x", true),
        ("/a/b", "a=b; Path", "/a/x", true),
        ("/", "a=b; Path=/a; Path=/b", "/b", true),
        ("/", "a=b; Path=/a b", "/a%20b", false),
    ] {
        assert_eq!(!round(&h(from), &[line], &h(to)).is_empty(), sent, "{from} {line} {to}");
    }
}

#[test]
fn longer_paths_go_first_then_the_older() {
    let jar = Jar::default();
    set(&jar, "http://h.example/x/y/z", &["c=1; Path=/", "b=1; Path=/x", "d=1; Path=/"]);
    set(&jar, "http://h.example/x/y/z", &["a=1; Path=/x/y", "e=1; Path=/x"]);
    assert_eq!(get(&jar, "http://h.example/x/y/z"), "a=1; b=1; e=1; c=1; d=1");
    // Replacing keeps the age; deleting and setting again does not.
    set(&jar, "http://h.example/", &["c=2", "b=2; Path=/x"]);
    assert_eq!(get(&jar, "http://h.example/x/y/z"), "a=1; b=2; e=1; c=2; d=1");
    set(&jar, "http://h.example/", &["c=; Max-Age=0", "c=3"]);
    assert_eq!(get(&jar, "http://h.example/"), "d=1; c=3");
}

#[test]
fn secure_is_https_only_also_on_loopback() {
    let line = ["a=b; Secure"];
    assert_eq!(round("https://h.example/", &line, "https://h.example/"), "a=b");
    assert_eq!(round("https://h.example/", &line, "http://h.example/"), "");
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let (http, https) = (format!("http://{host}/"), format!("https://{host}/"));
        assert_eq!(round(&https, &line, &http), "");
        assert_eq!(round(&https, &line, &https), "a=b");
        assert_eq!(round(&http, &line, &https), "");
    }
    let jar = Jar::default();
    set(&jar, "https://h.example/", &line);
    set(&jar, "http://h.example/", &["a=evil", "a=; Max-Age=0"]);
    assert_eq!(get(&jar, "https://h.example/"), "a=b");
    assert_eq!(round("http://h.example/", &["a=b; HttpOnly"], "http://h.example/"), "a=b");
}

#[test]
fn expiry() {
    let url = "http://h.example/";
    for (attributes, stays) in [
        ("Max-Age=1000", true),
        ("Max-Age=0", false),
        ("Max-Age=-1", false),
        ("Max-Age=99999999999999999999999999", true),
        ("Max-Age=x", true),
        ("Max-Age=+5", true),
        ("Expires=Sun, 06 Nov 1994 08:49:37 GMT", false),
        ("Expires=Sunday, 06-Nov-94 08:49:37 GMT", false),
        ("Expires=Sun Nov  6 08:49:37 1994", false),
        ("Expires=Wed, 01 Jan 2200 00:00:00 GMT", true),
        ("Expires=Thu, 31-Dec-9999 23:59:59 GMT", true),
        ("Expires=0", true),
        ("Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=9", true),
        ("Max-Age=0; Expires=Wed, 01 Jan 2200 00:00:00 GMT", false),
        ("Max-Age=0; Max-Age=9", true),
    ] {
        let line = format!("a=new; {attributes}");
        let got = round(url, &["a=old", &line], url);
        assert_eq!(got, if stays { "a=new" } else { "" }, "{attributes}");
    }
}

#[test]
fn prefixes_mean_what_they_say() {
    let url = "https://www.example.com/";
    for (line, stored) in [
        ("__Secure-a=b", false),
        ("__Secure-a=b; Secure", true),
        ("__Host-a=b; Secure; Path=/", true),
        ("__host-a=b; Secure; Path=/x", false),
        ("__Host-a=b; Secure; Path=/; Domain=example.com", false),
        ("__Host-a=b; Path=/", false),
        ("=__Host-a=b; Secure; Path=/", false),
    ] {
        assert_eq!(!round(url, &[line], url).is_empty(), stored, "{line}");
    }
}

#[test]
fn no_server_fills_the_memory() {
    let url = "http://h.example/";
    let jar = Jar::default();
    let fits = format!("a={}", "x".repeat(COOKIE_MAX_BYTES - 1));
    set(&jar, url, &[&fits, &format!("b={}", "x".repeat(COOKIE_MAX_BYTES))]);
    assert_eq!(get(&jar, url), fits);
    let jar = Jar::default();
    for i in 0..PER_DOMAIN_MAX + 5 {
        set(&jar, url, &[&format!("n{i}=v")]);
    }
    let sent = get(&jar, url);
    assert_eq!(sent.split("; ").count(), PER_DOMAIN_MAX);
    assert!(sent.starts_with("n5=v; n6=v"), "{sent:.40}");
    for i in 0..IN_ALL_MAX {
        set(&jar, &format!("http://h{i}.example/"), &["a=b"]);
    }
    assert_eq!(jar.len(), IN_ALL_MAX);
    assert_eq!(get(&jar, url), "");
    assert_eq!(get(&jar, "http://h0.example/"), "a=b");
}

#[test]
fn what_goes_first_when_the_jar_is_full() {
    let jar = Jar::default();
    let (http, https) = ("http://h.example/", "https://h.example/");
    set(&jar, https, &["s=1; Secure"]);
    for i in 0..PER_DOMAIN_MAX - 1 {
        set(&jar, http, &[&format!("n{i}=v; Path=/{i}")]);
    }
    // Sent just now, so it is not the next to go; n0 is.
    assert_eq!(get(&jar, "http://h.example/1"), "n1=v");
    set(&jar, http, &["m=1; Path=/m", "m=1; Path=/n"]);
    assert_eq!(get(&jar, "http://h.example/0") + &get(&jar, "http://h.example/2"), "");
    assert_eq!(get(&jar, "http://h.example/1"), "n1=v");
    // Whatever http sets, it cannot push out what only https may set.
    for i in 0..2 * PER_DOMAIN_MAX {
        set(&jar, http, &[&format!("f{i}=v; Path=/f")]);
    }
    assert_eq!(get(&jar, https), "s=1");
    set(&jar, http, &["s=evil"]);
    assert_eq!(get(&jar, https), "s=1");
    // An expired one is no loss, and goes before all others.
    let jar = Jar::default();
    set(&jar, http, &["a=1"]);
    for i in 1..PER_DOMAIN_MAX {
        set(&jar, http, &[&format!("n{i}=v; Path=/{i}")]);
    }
    jar.expire("n7");
    set(&jar, http, &["b=1"]);
    assert_eq!((get(&jar, http).as_str(), jar.len()), ("a=1; b=1", PER_DOMAIN_MAX));
}

#[test]
fn a_cookie_ends_when_its_time_has_come() {
    let jar = Jar::default();
    set(&jar, "http://h.example/", &["a=1; Max-Age=60", "b=1", "s=1; Secure"]);
    set(&jar, "https://h.example/", &["s=1; Secure"]);
    jar.expire("a");
    assert_eq!(get(&jar, "http://h.example/"), "b=1");
    // One that has ended guards its name no more.
    jar.expire("s");
    set(&jar, "http://h.example/", &["s=2"]);
    assert_eq!(get(&jar, "https://h.example/"), "b=1; s=2");
}

#[test]
fn debug_shows_no_cookie() {
    let jar = Jar::default();
    set(&jar, "https://h.example/", &["name=hush; Secure; Path=/; Domain=h.example"]);
    assert_eq!(format!("{jar:?}"), "Jar(1 cookies)");
}

#[test]
fn no_line_panics_and_what_is_sent_is_a_field_value() {
    let pieces = [
        "a",
        "=",
        ";",
        " ",
        "Domain",
        "example.com",
        ".",
        "Path",
        "/",
        "Secure",
        "Max-Age",
        "-",
        "99999999999",
        "Expires",
        "1 Jan 2200 00:00:00",
        "ü",
        "\"",
        "\0",
        "\t",
        "[::1]",
        "xn--",
        "127.0.0.1",
        "%",
        "__Host-",
    ];
    let urls = [
        "http://www.example.com/a/b",
        "https://example.com/",
        "http://[::1]/",
        "http://127.0.0.1/ü",
    ];
    let mut random = Random(11);
    let jar = Jar::default();
    for _ in 0..20_000 {
        let line = random.text(&pieces, 10);
        set(&jar, urls[random.below(urls.len())], &[&line]);
    }
    for url in urls {
        let value = jar.cookie_value(&parse_url(url).expect("a good URL")).expect("some cookie");
        http::HeaderValue::from_bytes(&value).expect("a good field value");
    }
}
