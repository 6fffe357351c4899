//! Domains under which strangers register names, so that no cookie may be set for all of them (RFC 6265 5.3 step 5).
//!
//! The full public suffix list costs 0.8 MB of library, a third of all of it, for a jar that lives in the memory of one app. So
//! by default this is a rule and a short list: every single label, the usual second levels under country codes
//! (`co.uk`, `com.cn`), and the larger hosts that give names away (`github.io`). It knows most of what is in use and
//! misses rare ones (`k12.ca.us`, `kobe.jp`). The cargo feature `public-suffix-list` puts the full list in its place.

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
    "ac", "co", "com", "edu", "gob", "gov", "gouv", "go", "gv", "ind", "info", "int", "ltd", "mil",
    "ne", "net", "nhs", "nom", "or", "org", "plc", "pol", "police", "sch", "web",
];

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
        // Under two-letter domains only: com.example is somebody's own.
        Some((second, top)) => top.len() == 2 && SECOND_LEVELS.contains(&second),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes() {
        for yes in ["com", "localhost", "co.uk", "com.cn", "ac.jp", "github.io", "vercel.app"] {
            assert!(is_public_suffix(yes), "{yes}");
        }
    }

    #[test]
    fn names_of_somebody() {
        for no in
            ["example.com", "a.co.uk", "www.co.example", "me.github.io", "google.cn", "x.localhost"]
        {
            assert!(!is_public_suffix(no), "{no}");
        }
    }
}
