//! One name lookup by the system: `getaddrinfo`, blocking, not interruptible. Runs on the resolver's threads only.
//!
//! The C function is called directly and not through `std::net`, because it alone can be told to leave out one
//! address family, which matters where the name server is silent about the other.

use std::ffi::{CStr, CString};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ptr;

use super::error::Kind;
use super::request::IpFamily;

/// Why there is no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoAddress {
    /// The system's words.
    pub text: String,
    /// `errno`, where the system gives one; otherwise 0.
    pub os_error: i32,
}

impl NoAddress {
    /// Not every system tells a name that does not exist from a file that could not be opened to look for it.
    pub fn kind(&self) -> Kind {
        match self.os_error {
            libc::EMFILE | libc::ENFILE | libc::ENOMEM => Kind::NoMemory,
            _ => Kind::Resolve,
        }
    }
}

/// Asks the system for the addresses of a host.
pub fn system(host: &str, family: IpFamily) -> Result<Vec<IpAddr>, NoAddress> {
    let Ok(name) = CString::new(host) else {
        return Err(NoAddress { text: "the name contains a NUL".into(), os_error: 0 });
    };
    // SAFETY: all-zero is a valid addrinfo: null pointers, and "any" for each number.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_socktype = libc::SOCK_STREAM;
    hints.ai_family = match family {
        IpFamily::Any => libc::AF_UNSPEC,
        IpFamily::V4 => libc::AF_INET,
        IpFamily::V6 => libc::AF_INET6,
    };
    let mut list: *mut libc::addrinfo = ptr::null_mut();
    // SAFETY: name is NUL-terminated, hints and list live through the call.
    let code =
        unsafe { libc::getaddrinfo(name.as_ptr(), ptr::null(), &raw const hints, &raw mut list) };
    if code != 0 {
        return Err(explain(code, &io::Error::last_os_error()));
    }
    let mut addresses = Vec::new();
    let mut at = list;
    while !at.is_null() {
        // SAFETY: `at` is an entry of the list that getaddrinfo made and that is not yet freed.
        let entry = unsafe { &*at };
        if let Some(address) = address_of(entry)
            && !addresses.contains(&address)
        {
            addresses.push(address);
        }
        at = entry.ai_next;
    }
    // SAFETY: the list came from getaddrinfo, is freed once, and nothing points into it any more.
    unsafe { libc::freeaddrinfo(list) };
    Ok(addresses)
}

fn address_of(entry: &libc::addrinfo) -> Option<IpAddr> {
    match entry.ai_family {
        libc::AF_INET => {
            // SAFETY: getaddrinfo gives entries of this family a sockaddr_in.
            let raw = unsafe { &*entry.ai_addr.cast::<libc::sockaddr_in>() };
            Some(IpAddr::V4(Ipv4Addr::from(raw.sin_addr.s_addr.to_ne_bytes())))
        }
        libc::AF_INET6 => {
            // SAFETY: getaddrinfo gives entries of this family a sockaddr_in6.
            let raw = unsafe { &*entry.ai_addr.cast::<libc::sockaddr_in6>() };
            Some(IpAddr::V6(Ipv6Addr::from(raw.sin6_addr.s6_addr)))
        }
        _ => None,
    }
}

/// The words for a code of getaddrinfo; `last` is `errno` after it.
fn explain(code: libc::c_int, last: &io::Error) -> NoAddress {
    let os_error = last.raw_os_error().unwrap_or(0);
    if code == libc::EAI_SYSTEM {
        return NoAddress { text: last.to_string(), os_error };
    }
    // An app on OpenHarmony without the permission gets -1, which is this code there, and EPERM (third_party_musl,
    // src/network/lookup_name.c). We give no flags that could be bad.
    if code == libc::EAI_BADFLAGS && os_error == libc::EPERM {
        let text = format!("{last}; the app may lack the INTERNET permission");
        return NoAddress { text, os_error };
    }
    // SAFETY: gai_strerror returns a static, NUL-terminated text for every code.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) };
    NoAddress { text: text.to_string_lossy().into_owned(), os_error: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_asked_for_one_family_only() {
        let v4 = IpAddr::V4(Ipv4Addr::LOCALHOST);
        assert_eq!(system("127.0.0.1", IpFamily::Any), Ok(vec![v4]));
        assert_eq!(system("127.0.0.1", IpFamily::V4), Ok(vec![v4]));
        // A literal of the other family: the system refuses it without asking anybody, and has words for it.
        assert!(!system("127.0.0.1", IpFamily::V6).unwrap_err().text.is_empty());
        assert_eq!(system("::1", IpFamily::V6), Ok(vec![IpAddr::V6(Ipv6Addr::LOCALHOST)]));
        assert!(system("a\0b", IpFamily::Any).is_err());
    }

    #[test]
    fn errno_counts_where_the_code_says_so() {
        let eperm = io::Error::from_raw_os_error(libc::EPERM);
        let denied = explain(libc::EAI_BADFLAGS, &eperm);
        assert!(denied.text.contains("INTERNET permission"), "{}", denied.text);
        assert_eq!(denied.os_error, libc::EPERM);
        assert_eq!(explain(libc::EAI_SYSTEM, &eperm).os_error, libc::EPERM);
        assert_eq!(explain(libc::EAI_SYSTEM, &eperm).kind(), Kind::Resolve);
        let emfile = io::Error::from_raw_os_error(libc::EMFILE);
        assert_eq!(explain(libc::EAI_SYSTEM, &emfile).kind(), Kind::NoMemory);
        // Whatever errno was left by something else.
        let unknown = explain(libc::EAI_NONAME, &eperm);
        assert!(!unknown.text.contains("permission"), "{}", unknown.text);
        assert_eq!(unknown.os_error, 0);
    }
}
