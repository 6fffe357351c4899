//! The TLS set-ups of a client: the usual one, and one for each set of rules that requests bring.
//!
//! Each has sessions of its own, because a session that is resumed proves nothing anew: neither the server's key to us nor
//! our certificate to the server.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;

use super::error::Failure;
use super::pins::Pinned;
use super::settings::Settings;
use super::tls;
use super::tls_rules::{TlsRules, USUAL};

/// Set-ups that are remembered besides the usual one. Those of rules that are seen no more go first; that only costs their
/// next request a full handshake.
const REMEMBERED: usize = 16;

/// See the module's text.
#[derive(Debug)]
pub struct TlsSetUps {
    usual: Arc<ClientConfig>,
    judge: Arc<dyn ServerCertVerifier>,
    /// Guards the others, the one used last at the end.
    others: Mutex<Vec<(TlsRules, Arc<ClientConfig>)>>,
}

impl TlsSetUps {
    /// Fails when system roots were asked for and there are none.
    pub fn new(settings: &Settings) -> Result<TlsSetUps, Failure> {
        let judge = tls::judge(settings)?;
        let usual = Arc::new(tls::config(judge.clone()));
        Ok(TlsSetUps { usual, judge, others: Mutex::default() })
    }

    /// The set-up for these rules.
    pub fn of(&self, rules: &TlsRules) -> Arc<ClientConfig> {
        if *rules == USUAL {
            return self.usual.clone();
        }
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        let known = match others.iter().position(|(known, _)| known == rules) {
            Some(at) => others.remove(at),
            None => {
                if others.len() == REMEMBERED {
                    others.remove(0);
                }
                (rules.clone(), Arc::new(self.make(rules)))
            }
        };
        let config = known.1.clone();
        others.push(known);
        config
    }

    fn make(&self, rules: &TlsRules) -> ClientConfig {
        let judge: Arc<dyn ServerCertVerifier> = match &rules.pins {
            Some(pins) => Arc::new(Pinned::new(self.judge.clone(), pins.clone())),
            None => self.judge.clone(),
        };
        let mut config = tls::config(judge);
        if let Some(identity) = &rules.identity {
            config.client_auth_cert_resolver = identity.resolver();
        }
        config
    }
}
