//! What the jar sends, as one table written from RFC 6265 and, where it says more, 6265bis: each row is a story of its own.
//!
//! A step `S url line` is an answer from that URL with that `set-cookie`; `G url cookies` is a request, and what it must carry. The
//! kinds of cases are those of the http-state working group's suite; the expectations were derived from the text anew.

use super::cookies::Jar;
use super::fields::Fields;
use super::url::parse_url;

/// Runs a story; the answer says where it went wrong.
fn play(steps: &[&str]) -> Result<(), String> {
    let jar = Jar::default();
    for step in steps {
        let mut words = step.splitn(3, ' ');
        let (what, url, rest) = (words.next(), words.next(), words.next().unwrap_or(""));
        let url = parse_url(url.expect("a step has a URL")).expect("a good URL");
        if what == Some("S") {
            let mut fields = Fields::default();
            fields.push(b"set-cookie", rest.as_bytes());
            jar.store(&fields, &url);
            continue;
        }
        let sent = jar.cookie_value(&url).unwrap_or_default();
        let sent = String::from_utf8(sent).expect("the rows are ASCII");
        if sent != rest {
            return Err(format!("{step:?} sends {sent:?}"));
        }
    }
    Ok(())
}

fn all(table: &[&[&str]]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|story| play(story).err().map(|why| format!("{story:?}: {why}")))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// 5.1.3 and 5.3 steps 4 to 6.
#[test]
#[rustfmt::skip]
fn domains_and_hosts() {
    all(&[
        // Host-only: this very host, whatever the port and the scheme, in any case of letters.
        &["S http://a.example.org/ x=1", "G http://a.example.org:81/ x=1", "G https://A.EXAMPLE.org/ x=1"],
        &["S http://a.example.org/ x=1", "G http://example.org/", "G http://b.a.example.org/", "G http://aa.example.org/"],
        // Domain: the host itself, its parents, never its children or siblings.
        &["S http://a.example.org/ x=1; domain=a.example.org", "G http://a.example.org/ x=1", "G http://b.a.example.org/ x=1"],
        &["S http://a.example.org/ x=1; domain=a.example.org", "G http://example.org/", "G http://ba.example.org/"],
        &["S http://a.b.example.org/ x=1; domain=example.org", "G http://c.d.example.org/ x=1", "G http://example.org/ x=1"],
        &["S http://example.org/ x=1; domain=a.example.org", "G http://example.org/", "G http://a.example.org/"],
        &["S http://a.example.org/ x=1; domain=b.example.org", "G http://a.example.org/", "G http://b.example.org/"],
        &["S http://a.example.org/ x=1; domain=e.org", "G http://a.example.org/", "G http://e.org/"],
        &["S http://a.example.org/ x=1; domain=xample.org", "G http://a.example.org/", "G http://xample.org/"],
        // One dot in front is overlooked, two are not; one behind makes another name.
        &["S http://a.example.org/ x=1; domain=.example.org", "G http://example.org/ x=1", "G http://b.example.org/ x=1"],
        &["S http://a.example.org/ x=1; domain=..example.org", "G http://a.example.org/", "G http://example.org/"],
        &["S http://a.example.org/ x=1; domain=example.org.", "G http://a.example.org/", "G http://example.org/"],
        &["S http://a.example.org./ x=1", "G http://a.example.org/", "G http://a.example.org./ x=1"],
        &["S http://a.example.org/ x=1; domain=example.org", "G http://b.example.org./"],
        &["S http://a.example.org./ x=1; domain=org.", "G http://a.example.org./", "G http://b.org./"],
        // None, an empty one, and the last of several.
        &["S http://a.example.org/ x=1; domain", "G http://a.example.org/ x=1", "G http://b.a.example.org/"],
        &["S http://a.example.org/ x=1; domain=; domain=example.org", "G http://b.example.org/ x=1"],
        &["S http://a.example.org/ x=1; domain=example.org; domain=", "G http://b.example.org/", "G http://a.example.org/ x=1"],
        &["S http://a.example.org/ x=1; domain=evil.org; domain=example.org", "G http://b.example.org/ x=1"],
        &["S http://a.example.org/ x=1; domain=example.org; domain=evil.org", "G http://a.example.org/"],
        &["S http://a.example.org/ x=1; domain=..; domain=example.org", "G http://b.example.org/ x=1"],
        &["S http://a.example.org/ x=1;   DOMAIN  =  Example.ORG  ", "G http://b.example.org/ x=1"],
        &["S http://a.example.org/ x=1; domain=\"example.org\"", "G http://a.example.org/", "G http://b.example.org/"],
        &["S http://a.example.org/ x=1; domain=a b", "G http://a.example.org/"],
        &["S http://a.example.org/ x=1; domain=example.org:80", "G http://a.example.org/"],
        // Names that IDNA maps to each other are one host.
        &["S http://b\u{fc}cher.example.org/ x=1", "G http://xn--bcher-kva.example.org/ x=1", "G http://B\u{dc}CHER.example.org/ x=1"],
        &["S http://a.b\u{fc}cher.org/ x=1; domain=xn--bcher-kva.org", "G http://b\u{fc}cher.org/ x=1"],
        // Addresses have no parents.
        &["S http://10.1.2.3/ x=1", "G http://10.1.2.3:8080/ x=1", "G http://0x0a.1.2.3/ x=1", "G http://10.1.2.4/"],
        &["S http://10.1.2.3/ x=1; domain=10.1.2.3", "G http://10.1.2.3/ x=1"],
        &["S http://10.1.2.3/ x=1; domain=2.3", "G http://10.1.2.3/", "G http://1.1.2.3/"],
        &["S http://10.1.2.3/ x=1; domain=.1.2.3", "G http://10.1.2.3/", "G http://11.1.2.3/"],
        &["S http://[fd00::1]/ x=1", "G http://[fd00:0:0::1]/ x=1", "G http://[fd00::2]/"],
        &["S http://[fd00::1]/ x=1; domain=[fd00::1]", "G http://[fd00::2]/"],
        // Public suffixes: for nobody, but for the host that bears the name.
        &["S http://a.co.uk/ x=1; domain=co.uk", "G http://a.co.uk/", "G http://b.co.uk/"],
        &["S http://me.github.io/ x=1; domain=github.io", "G http://me.github.io/", "G http://you.github.io/"],
        &["S http://github.io/ x=1; domain=github.io", "G http://github.io/ x=1", "G http://you.github.io/"],
        &["S http://a.example/ x=1; domain=example", "G http://a.example/", "G http://b.example/"],
        &["S http://intranet/ x=1; domain=intranet", "G http://intranet/ x=1", "G http://a.intranet/"],
    ]);
}

/// 5.1.4, 5.2.4 and 5.4 step 2.
#[test]
#[rustfmt::skip]
fn paths_and_order() {
    all(&[
        &["S http://h.org/a/b/c x=1", "G http://h.org/a/b x=1", "G http://h.org/a/b/ x=1", "G http://h.org/a/bc", "G http://h.org/a"],
        &["S http://h.org/a/b/ x=1", "G http://h.org/a/b x=1", "G http://h.org/a/b/c?q x=1", "G http://h.org/a/"],
        &["S http://h.org/a x=1", "G http://h.org/ x=1", "G http://h.org/b x=1"],
        &["S http://h.org?/a/b x=1", "G http://h.org/ x=1"],
        &["S http://h.org/a/b?/c/d x=1", "G http://h.org/a/x x=1", "G http://h.org/b"],
        &["S http://h.org/ x=1; path=/a/", "G http://h.org/a/ x=1", "G http://h.org/a/b x=1", "G http://h.org/a", "G http://h.org/ab/"],
        &["S http://h.org/ x=1; path=/a", "G http://h.org/a x=1", "G http://h.org/a/ x=1", "G http://h.org/a?b x=1", "G http://h.org/A"],
        &["S http://h.org/ x=1; path=/a%2Fb", "G http://h.org/a%2Fb x=1", "G http://h.org/a/b", "G http://h.org/a%2fb"],
        &["S http://h.org/ x=1; path=/a/../b", "G http://h.org/b"],
        &["S http://h.org/ x=1; path=\"/\"", "G http://h.org/b x=1"],
        &["S http://h.org/a/b x=1; path=\"/\"", "G http://h.org/", "G http://h.org/a/c x=1"],
        &["S http://h.org/a/b x=1; path=http://h.org/", "G http://h.org/", "G http://h.org/a/ x=1"],
        &["S http://h.org/a/b x=1; path=/; path=", "G http://h.org/", "G http://h.org/a/ x=1"],
        &["S http://h.org/a/b x=1; path=/c; path=/", "G http://h.org/ x=1"],
        // Where it was set matters not: a path outside it may be named, and given away (8.5: paths protect nothing).
        &["S http://h.org/a/b x=1; path=/c", "G http://h.org/c x=1", "G http://h.org/a/b"],
        // Equal names on different paths and domains live side by side.
        &["S http://h.org/a/b x=1; path=/a", "S http://h.org/a/b x=2; path=/a/b", "S http://h.org/a/b x=3; path=/", "G http://h.org/a/b/c x=2; x=1; x=3"],
        &["S http://a.h.org/ x=1; domain=h.org", "S http://a.h.org/ x=2", "G http://a.h.org/ x=1; x=2", "G http://b.h.org/ x=1"],
        &["S http://a.h.org/ x=1", "S http://a.h.org/ x=2; path=/", "G http://a.h.org/ x=2"],
        // Longer paths first, then older ones; a new value keeps the age; another path is another cookie.
        &["S http://h.org/ a=1; path=/x", "S http://h.org/ b=1", "S http://h.org/ c=1; path=/x", "S http://h.org/ a=2; path=/x", "G http://h.org/x a=2; c=1; b=1"],
        &["S http://h.org/ a=1", "S http://h.org/ b=1", "S http://h.org/ a=; max-age=0; path=/other", "G http://h.org/ a=1; b=1"],
        &["S http://h.org/ a=1", "S http://h.org/ A=2", "G http://h.org/ a=1; A=2"],
    ]);
}

/// 5.2 and 6265bis 5.6: what a line says.
#[test]
#[rustfmt::skip]
fn names_values_and_attributes() {
    all(&[
        &["S http://h.org/ a", "G http://h.org/ a"],
        &["S http://h.org/ =a", "G http://h.org/ a"],
        &["S http://h.org/ a=1", "S http://h.org/ b", "S http://h.org/ =c", "G http://h.org/ a=1; c"],
        &["S http://h.org/ =a=b", "G http://h.org/ a=b"],
        &["S http://h.org/ ==a", "G http://h.org/ =a"],
        &["S http://h.org/  = ; path=/", "G http://h.org/"],
        &["S http://h.org/ a=1, b=2", "G http://h.org/ a=1, b=2"],
        &["S http://h.org/ a b=c d", "G http://h.org/ a b=c d"],
        &["S http://h.org/ a=\"1;2\"", "G http://h.org/ a=\"1"],
        &["S http://h.org/ a=1;;;; path=/;;", "G http://h.org/ a=1"],
        &["S http://h.org/ a=1; unknown=2; path=/x; version=1", "G http://h.org/x a=1", "G http://h.org/"],
        &["S http://h.org/ a=1; SECURE", "G http://h.org/", "G https://h.org/"],
        &["S https://h.org/ a=1; secure=false", "G http://h.org/", "G https://h.org/ a=1"],
        &["S http://h.org/ a=1; httponly; samesite=strict; partitioned; priority=high", "G http://h.org/ a=1"],
        &["S http://h.org/ a=1; samesite=none", "G http://h.org/ a=1"],
        &["S http://h.org/ path=/x; path=/", "G http://h.org/ path=/x"],
        &["S http://h.org/ a\t=\tb", "G http://h.org/ a=b"],
        &["S http://h.org/ a=b\tc", "G http://h.org/ a=b\tc"],
        // A control character anywhere spoils the line, and what was there stays (bis 5.6 step 1).
        &["S http://h.org/ a=1", "S http://h.org/ a=2\u{7}", "S http://h.org/ a=3; path=/\u{0}", "S http://h.org/ \u{7f}a=4", "G http://h.org/ a=1"],
        &["S http://h.org/ a=1", "S http://h.org/ a=2\r", "S http://h.org/ a=3\nb=4", "G http://h.org/ a=1"],
    ]);
}

/// 5.2.1, 5.2.2, 5.3 step 3 and 11.
#[test]
#[rustfmt::skip]
fn lifetimes() {
    const PAST: &str = "expires=Tue, 01 Jan 1980 00:00:00 GMT";
    const FUTURE: &str = "expires=Fri, 01 Jan 2100 00:00:00 GMT";
    for (attributes, lives) in [
        (PAST.to_owned(), false),
        (FUTURE.to_owned(), true),
        (format!("{PAST}; max-age=60"), true),
        (format!("max-age=60; {PAST}"), true),
        (format!("{FUTURE}; max-age=0"), false),
        (format!("max-age=-9; {FUTURE}"), false),
        (format!("{PAST}; max-age=junk"), false),
        (format!("max-age=; {FUTURE}"), true),
        (format!("{PAST}; {FUTURE}"), true),
        (format!("{FUTURE}; {PAST}"), false),
        (format!("{PAST}; expires=junk"), false),
        ("max-age=0; max-age=60".into(), true),
        ("max-age=60; max-age=0".into(), false),
        ("max-age=-0".into(), false),
        ("max-age=00".into(), false),
        ("max-age=007".into(), true),
        ("max-age=1.5".into(), true),
        ("max-age=\"0\"".into(), true),
        ("max-age=- 1".into(), true),
        ("max-age=-99999999999999999999".into(), false),
        ("expires=\"Tue, 01 Jan 1980 00:00:00 GMT\"".into(), false),
        ("expires=Tue 01 Jan 1980 00:00:00 +1400".into(), false),
        ("expires=01-jan-69 00:00:00".into(), true),
        ("expires=01-jan-70 00:00:00".into(), false),
    ] {
        let set = format!("S http://h.org/ a=new; {attributes}");
        let sent = if lives { "G http://h.org/ a=new" } else { "G http://h.org/" };
        all(&[&["S http://h.org/ a=old", &set, sent]]);
    }
    // Only the very cookie is ended: name, domain and path.
    all(&[
        &["S http://h.org/a/b x=1; path=/", "S http://h.org/a/b x=; max-age=0", "G http://h.org/ x=1"],
        &["S http://a.h.org/ x=1; domain=h.org", "S http://a.h.org/ x=; max-age=0", "G http://a.h.org/ x=1"],
        &["S http://h.org/ x=1; max-age=60", "S http://h.org/ x=2", "G http://h.org/ x=2"],
    ]);
}

/// 6265bis 5.7: Secure cookies are out of the reach of http, and prefixes are promises.
#[test]
#[rustfmt::skip]
fn secure_cookies_and_prefixes() {
    all(&[
        &["S http://h.org/ a=1; secure", "G https://h.org/", "G http://h.org/"],
        &["S https://h.org/ a=1; secure", "G https://h.org:8443/ a=1", "G http://h.org/", "G http://h.org:443/"],
        &["S https://h.org/ a=1; secure", "S http://h.org/ a=evil", "G https://h.org/ a=1", "G http://h.org/"],
        &["S https://h.org/ a=1; secure", "S http://h.org/ a=; max-age=0", "G https://h.org/ a=1"],
        // Nor by a cookie without a name whose value looks like it.
        &["S https://h.org/ a=1; secure", "S http://h.org/ =a=evil", "S http://h.org/ =a =evil", "S http://h.org/ =b=2", "G https://h.org/ a=1; b=2"],
        &["S https://h.org/ =1; secure", "S http://h.org/ =evil", "G https://h.org/ 1"],
        // Not beside it either: on a deeper path, for the parent, for a child.
        &["S https://h.org/ a=1; secure", "S http://h.org/ a=evil; path=/x", "G https://h.org/x a=1"],
        &["S https://h.org/x/y a=1; secure", "S http://h.org/ a=evil; path=/x/y", "G https://h.org/x/y a=1"],
        &["S https://h.org/x/y a=1; secure", "S http://h.org/ a=2; path=/", "G https://h.org/x/ a=1; a=2", "G http://h.org/x/ a=2"],
        &["S https://h.org/ a=1; secure; path=/x", "S http://h.org/ a=2; path=/xy", "G http://h.org/xy a=2"],
        &["S https://a.h.org/ a=1; secure", "S http://b.h.org/ a=evil; domain=h.org", "G https://a.h.org/ a=1"],
        &["S https://a.h.org/ a=1; secure; domain=h.org", "S http://a.h.org/ a=evil", "G https://a.h.org/ a=1"],
        &["S https://a.h.org/ a=1; secure", "S http://b.h.org/ a=2", "G https://b.h.org/ a=2", "G https://a.h.org/ a=1"],
        &["S https://h.org/ a=1; secure", "S http://h.org/ b=2", "G https://h.org/ a=1; b=2"],
        &["S https://10.0.0.1/ a=1; secure", "S http://10.0.0.1/ a=evil", "G https://10.0.0.1/ a=1"],
        // https may do all of this.
        &["S https://h.org/ a=1; secure", "S https://h.org/ a=2", "G http://h.org/ a=2"],
        &["S https://h.org/ a=1; secure", "S https://h.org/ a=; max-age=0", "S http://h.org/ a=3", "G https://h.org/ a=3"],
        &["S http://h.org/ a=1", "S https://h.org/ a=2; secure", "G https://h.org/ a=2", "G http://h.org/"],
        // Prefixes, in any case of letters.
        &["S http://h.org/ __Secure-a=1; secure", "G https://h.org/"],
        &["S https://h.org/ __Secure-a=1; secure; domain=h.org", "G https://b.h.org/ __Secure-a=1"],
        &["S https://h.org/ __SECURE-a=1", "G https://h.org/"],
        &["S https://h.org/ __Host-a=1; secure; path=/", "G https://h.org/x __Host-a=1", "G http://h.org/"],
        &["S https://h.org/ __Host-a=1; secure", "G https://h.org/"],
        &["S https://h.org/x __host-a=1; secure", "G https://h.org/"],
        &["S https://h.org/ __HOST-a=1; path=/", "G https://h.org/"],
        &["S https://h.org/ __Host-a=1; secure; path=/; domain=h.org", "G https://h.org/"],
        &["S https://h.org/ __Host-a=1; secure; path=/; domain=", "G https://h.org/ __Host-a=1"],
        &["S http://h.org/ __Host-a=1; secure; path=/", "G https://h.org/"],
        &["S https://h.org/ __Host-a=1; secure; path=/", "S http://h.org/ __Host-a=evil; path=/", "G https://h.org/ __Host-a=1"],
        &["S https://h.org/ __Host-", "S https://h.org/ __Secure-", "G https://h.org/"],
        &["S https://h.org/ =__Secure-a=1", "S https://h.org/ =__host-a=1; secure; path=/", "G https://h.org/"],
        &["S https://h.org/ __Hosta=1", "S https://h.org/ _Host-a=2", "G https://h.org/ __Hosta=1; _Host-a=2"],
    ]);
}
