//! What one request asks of TLS beyond its client's usual: a certificate to show, and keys to insist on.
//!
//! Compared by value: a connection made under some rules serves only requests with equal ones ([`super::idle_key`]), and so
//! does a session that is resumed ([`super::tls_set_ups`]).

use std::sync::Arc;

use super::identity::Identity;
use super::pins::Pins;

/// See the module's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsRules {
    /// Shown to servers that ask for a certificate.
    pub identity: Option<Arc<Identity>>,
    /// Of which every server must have one.
    pub pins: Option<Arc<Pins>>,
}

/// The usual.
pub static USUAL: TlsRules = TlsRules { identity: None, pins: None };
