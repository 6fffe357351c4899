//! TLS by rustls: who judges servers, the set-up of a connection, and the handshake.
//!
//! The handshake never blocks but in [`wait`]; phases and marks are the caller's. Which cryptography: [`crypto`]. What
//! errors mean in a sentence: [`super::tls_words`].

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore};

use super::cancel::WakePipe;
use super::crypto;
use super::error::{Failure, Kind, Phase};
use super::exchange::{Exchange, Patience};
use super::settings::Settings;
use super::tcp::Socket;
use super::tls_words::explain;
use super::trust::Trust;
use super::wait::{Interest, wait};
use super::wall_clock::WallClock;

/// Servers whose sessions are remembered, to resume them with a shorter handshake.
const SESSIONS: usize = 64;

/// A set-up with sessions of its own, for servers that `judge` accepts.
pub fn config(judge: Arc<dyn ServerCertVerifier>) -> ClientConfig {
    let mut config = ClientConfig::builder_with_details(crypto::provider(), Arc::new(WallClock))
        .with_safe_default_protocol_versions()
        .expect("ring has cipher suites for TLS 1.2 and 1.3")
        .dangerous()
        .with_custom_certificate_verifier(judge)
        .with_no_client_auth();
    // RFC 7301: says that we do not speak HTTP/2, to servers that would prefer it.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.resumption = Resumption::in_memory_sessions(SESSIONS);
    config
}

/// Who judges the servers' certificates. Fails when system roots were asked for and there are none.
pub fn judge(settings: &Settings) -> Result<Arc<dyn ServerCertVerifier>, Failure> {
    let provider = &crypto::provider();
    let mut roots = RootCertStore::empty();
    for root in &settings.extra_roots {
        roots.add(root.clone()).map_err(|error| {
            let sentence = format!("a trusted certificate that was given is not valid: {error}");
            Failure::new(Kind::Certificate, Phase::None, sentence)
        })?;
    }
    // Apple's systems tell apps no list of their roots, but judge a certificate that is shown to them.
    #[cfg(target_vendor = "apple")]
    if settings.system_roots {
        let handed_over = (!roots.is_empty()).then(|| webpki(roots, settings, provider));
        return Ok(Arc::new(super::keychain::Keychain::new(handed_over, provider.clone())));
    }
    #[cfg(not(target_vendor = "apple"))]
    if settings.system_roots {
        super::device_roots::add_to(&mut roots)?;
    }
    if !settings.system_roots {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    Ok(Arc::new(webpki(roots, settings, provider)))
}

/// `roots` include those that were handed over, and are not empty.
fn webpki(roots: RootCertStore, settings: &Settings, provider: &Arc<CryptoProvider>) -> Trust {
    let webpki = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .expect("there are roots, and no revocation lists that could be wrong");
    Trust::new(webpki, settings.extra_roots.clone())
}

/// Shakes hands on a connected socket. `host` is a name or an address literal, in brackets or not.
pub fn handshake(
    config: &Arc<ClientConfig>,
    host: &str,
    socket: &Socket,
    exchange: &Exchange,
    pipe: &WakePipe,
) -> Result<ClientConnection, Failure> {
    let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    let Ok(name) = ServerName::try_from(host.to_owned()) else {
        return Err(tls(format!("{host} is not a name that TLS can check")));
    };
    let mut session = ClientConnection::new(config.clone(), name)
        .map_err(|error| explain(&error, host, false))?;
    loop {
        let blocked = send_pending(&mut session, socket, exchange)?;
        if !session.is_handshaking() && !blocked {
            return Ok(session);
        }
        match session.read_tls(&mut &*socket) {
            Ok(0) => {
                let what = format!("{host} closed the connection during the TLS handshake");
                return Err(tls(what));
            }
            Ok(n) => exchange.add_received(n),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let interest = if blocked { Interest::BOTH } else { Interest::READ };
                wait(socket.fd(), interest, exchange, pipe, Patience::Forever, None)?;
                continue;
            }
            Err(error) => return Err(broken(&error)),
        }
        if let Err(error) = session.process_new_packets() {
            // The alert that tells the server why; its loss changes nothing.
            let _ = send_pending(&mut session, socket, exchange);
            let agreed = session.negotiated_cipher_suite().is_some();
            return Err(explain(&error, host, agreed));
        }
        exchange.check()?;
    }
}

/// Sends what the session has to say; true when the kernel takes no more for now.
fn send_pending(
    session: &mut ClientConnection,
    socket: &Socket,
    exchange: &Exchange,
) -> Result<bool, Failure> {
    while session.wants_write() {
        match session.write_tls(&mut &*socket) {
            Ok(n) => exchange.add_sent(n),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(true),
            Err(error) => return Err(broken(&error)),
        }
    }
    Ok(false)
}

fn tls(message: impl Into<Cow<'static, str>>) -> Failure {
    Failure::new(Kind::Tls, Phase::Tls, message)
}

fn broken(error: &io::Error) -> Failure {
    Failure::os(Kind::Tls, Phase::Tls, "the connection broke during the TLS handshake", error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::CertificateDer;

    #[test]
    fn a_root_that_is_given_and_damaged_is_refused() {
        let settings = Settings {
            extra_roots: vec![CertificateDer::from(b"odd".to_vec())],
            ..Settings::default()
        };
        assert_eq!(judge(&settings).unwrap_err().kind, Kind::Certificate);
    }
}
