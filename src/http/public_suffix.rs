//! Domains under which strangers register names, so that no cookie may be set for all of them (RFC 6265 5.3 step 5).
//!
//! The full public suffix list costs 0.8 MB of library, a third of all of it, for a jar that lives in the memory of one app. So
//! by default this is a rule and a short list: every single label, the usual second levels under country codes
//! (`co.uk`, `com.cn`), all of those of nine countries, and the larger hosts that give names away (`github.io`). It knows
//! what most sites live under and misses what is rare: of the 3,899 names of two labels that registries have in the full
//! list it knows a quarter, and nothing of three labels (`k12.ca.us`). What is missed lets a host under such a name set a
//! cookie for its neighbours, in the jars of apps that talk to both. The cargo feature `public-suffix-list` puts the full
//! list in its place.

/// Whether `domain` (lower case, without a dot at either end) is a public suffix.
pub fn is_public_suffix(domain: &str) -> bool {
    if !domain.contains('.') {
        return true;
    }
    #[cfg(feature = "public-suffix-list")]
    return psl::suffix_str(domain).is_some_and(|suffix| suffix.len() == domain.len());
    #[cfg(not(feature = "public-suffix-list"))]
    by_rule(domain)
}

/// Second levels that registries of many countries use.
#[cfg(not(feature = "public-suffix-list"))]
const SECOND_LEVELS: &[&str] = &[
    "ac", "asso", "biz", "co", "com", "coop", "edu", "gob", "gov", "gouv", "go", "gv", "ind",
    "info", "int", "ltd", "med", "mil", "name", "ne", "net", "nhs", "nom", "or", "org", "plc",
    "pol", "police", "pro", "sch", "tm", "web",
];

/// Countries whose registries use none of them, so that `web.de` is somebody's own. `com.de` and `co.nl` are private
/// registries under which strangers live all the same.
#[cfg(not(feature = "public-suffix-list"))]
const NO_SECOND_LEVELS: &[&str] = &[
    "ca", "cc", "ch", "cz", "de", "dk", "eu", "fi", "li", "lu", "nl", "nu", "si", "sk", "su", "tk",
    "tv",
];

/// Countries under which every second level is a registry's.
#[cfg(not(feature = "public-suffix-list"))]
const ALL_SECOND_LEVELS: &[&str] = &["bd", "ck", "er", "fk", "jm", "kh", "mm", "np", "pg"];

/// Hosts that give names to everybody; those whose names carry an app or a page of a stranger.
#[cfg(not(feature = "public-suffix-list"))]
const SHARED_HOSTS: &[&str] = &[
    "appspot.com",
    "azurewebsites.net",
    "blogspot.com",
    "cloudapp.net",
    "cloudfront.net",
    "deno.dev",
    "firebaseapp.com",
    "fly.dev",
    "github.io",
    "githubusercontent.com",
    "gitlab.io",
    "glitch.me",
    "herokuapp.com",
    "hf.space",
    "myshopify.com",
    "netlify.app",
    "ngrok.io",
    "ngrok-free.app",
    "onrender.com",
    "pages.dev",
    "railway.app",
    "readthedocs.io",
    "repl.co",
    "run.app",
    "s3.amazonaws.com",
    "supabase.co",
    "surge.sh",
    "tcloudbaseapp.com",
    "vercel.app",
    "web.app",
    "workers.dev",
    "xn--55qx5d.cn",
    "xn--io0a7i.cn",
    "xn--od0alg.cn",
];

#[cfg(not(feature = "public-suffix-list"))]
fn by_rule(domain: &str) -> bool {
    if SHARED_HOSTS.contains(&domain) {
        return true;
    }
    match domain.split_once('.') {
        Some((second, _)) if second.contains('.') => false,
        Some((_, top)) if ALL_SECOND_LEVELS.contains(&top) => true,
        Some((second, top)) if NO_SECOND_LEVELS.contains(&top) => matches!(second, "co" | "com"),
        // Under two-letter domains only: com.example is somebody's own.
        Some((second, top)) => top.len() == 2 && SECOND_LEVELS.contains(&second),
        None => true,
    }
}

/// With the full list, too: what the short one says is what that one says.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn suffixes() {
        for yes in [
            "com", "localhost", "xn--p1ai", "co.uk", "org.uk", "com.au", "com.br", "com.cn", "org.cn", "ac.jp",
            "co.jp", "co.kr", "com.tw", "com.hk", "co.in", "co.nz", "co.za", "com.mx", "com.ar", "com.tr",
            "asso.fr", "pro.br", "com.np", "anything.ck", "com.de", "co.nl", "xn--55qx5d.cn", "github.io",
            "vercel.app", "workers.dev", "pages.dev", "herokuapp.com", "s3.amazonaws.com", "myshopify.com",
        ] {
            assert!(is_public_suffix(yes), "{yes}");
        }
    }

    #[test]
    #[rustfmt::skip]
    fn names_of_somebody() {
        for no in [
            "example.com", "a.co.uk", "www.co.example", "me.github.io", "google.cn", "x.localhost", "web.de",
            "info.nl", "org.eu.example", "a.anything.ck", "bbc.co.uk", "www.gov.uk", "amazonaws.com", "t.co", "go.com",
            "com.com", "a.b.com.cn", "yahoo.co.jp", "xn--fiq228c5hs.com",
        ] {
            assert!(!is_public_suffix(no), "{no}");
        }
    }

    /// What only the full list knows, so that nobody takes the short one for it.
    #[test]
    #[rustfmt::skip]
    fn the_price_of_the_short_list() {
        for rare in ["k12.ca.us", "x.kobe.jp", "gen.tr", "a.kawasaki.jp", "priv.no", "dyndns.org"] {
            assert_eq!(is_public_suffix(rare), cfg!(feature = "public-suffix-list"), "{rare}");
        }
    }
}
