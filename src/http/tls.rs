//! TLS by rustls: the client's set-up, the handshake, and what its errors mean in a sentence.
//!
//! The handshake never blocks but in [`wait`]; phases and marks are the caller's. Which cryptography: [`crypto`].

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, ClientConnection, Error, RootCertStore,
};

use super::cancel::WakePipe;
use super::crypto;
use super::error::{Failure, Kind, Phase};
use super::exchange::{Exchange, Patience};
use super::settings::Settings;
use super::tcp::Socket;
use super::trust::{Trust, says_authority};
use super::wait::{Interest, wait};
use super::wall_clock::WallClock;

/// Servers whose sessions are remembered, to resume them with a shorter handshake.
const SESSIONS: usize = 64;

/// The set-up for all connections of a client.
pub fn config(settings: &Settings) -> Result<Arc<ClientConfig>, Failure> {
    let provider = crypto::provider();
    let verifier = verifier(settings, &provider)?;
    let mut config = ClientConfig::builder_with_details(provider, Arc::new(WallClock))
        .with_safe_default_protocol_versions()
        .expect("ring has cipher suites for TLS 1.2 and 1.3")
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    // RFC 7301: says that we do not speak HTTP/2, to servers that would prefer it.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.resumption = Resumption::in_memory_sessions(SESSIONS);
    Ok(Arc::new(config))
}

/// Who judges the servers' certificates.
fn verifier(
    settings: &Settings,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Failure> {
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
    let mut session =
        ClientConnection::new(config.clone(), name).map_err(|error| explain(&error, host))?;
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
            return Err(explain(&error, host));
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

/// What went wrong, for people.
fn explain(error: &Error, host: &str) -> Failure {
    let certificate = |why: String| {
        let sentence = format!("the certificate of {host} is not trusted: {why}");
        Failure::new(Kind::Certificate, Phase::Tls, sentence)
    };
    match error {
        Error::InvalidCertificate(error) => certificate(certificate_problem(error, host)),
        Error::NoCertificatesPresented => certificate("the server sent none".into()),
        Error::AlertReceived(alert) => tls(match alert {
            AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
                format!("{host} accepts none of our cipher suites")
            }
            AlertDescription::ProtocolVersion => {
                format!("{host} speaks neither TLS 1.2 nor TLS 1.3")
            }
            AlertDescription::UnrecognisedName => format!("{host} is not a name of that server"),
            AlertDescription::CertificateRequired => {
                format!("{host} asks for a client certificate")
            }
            other => format!("{host} ended the TLS handshake with the alert {other:?}"),
        }),
        Error::InvalidMessage(_) => tls(format!("{host} does not answer in TLS: {error}")),
        Error::PeerIncompatible(_) => {
            tls(format!("{host} speaks no TLS that is safe enough: {error}"))
        }
        other => tls(format!("the TLS handshake with {host} failed: {other}")),
    }
}

fn certificate_problem(error: &CertificateError, host: &str) -> String {
    match error {
        CertificateError::Expired => "it has expired".into(),
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("it expired on {}", date(*not_after))
        }
        CertificateError::NotValidYet => "it is not valid yet; is the clock right?".into(),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("it is not valid before {}; is the clock right?", date(*not_before))
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("it is not valid for the name {host}")
        }
        CertificateError::UnknownIssuer => "its issuer is unknown".into(),
        CertificateError::Revoked => "it was revoked".into(),
        CertificateError::BadSignature => "its signature is wrong".into(),
        CertificateError::BadEncoding => "it is damaged".into(),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "it was not issued for servers".into()
        }
        // Typical of self-signed certificates made by one command, which are trusted only when handed over.
        other if says_authority(other) => {
            "it is that of a certificate authority (CA:TRUE), which no server may use".into()
        }
        other => other.to_string(),
    }
}

fn date(at: UnixTime) -> String {
    i64::try_from(at.as_secs())
        .ok()
        .and_then(|secs| time::OffsetDateTime::from_unix_timestamp(secs).ok())
        .map_or_else(|| "an unknown day".into(), |at| at.date().to_string())
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
        assert_eq!(config(&settings).unwrap_err().kind, Kind::Certificate);
    }
}
