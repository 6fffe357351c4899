//! What errors of TLS mean, in sentences for people.
//!
//! `certificate` is what is wrong with the server's certificate; all else is `tls`. Knows nothing of connections.

use std::borrow::Cow;
use std::io;

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error};

use super::error::{Failure, Kind, Phase};
use super::trust::says_authority;

/// What went wrong in the handshake. `agreed`: the server had chosen version and cipher suite before.
pub fn explain(error: &Error, host: &str, agreed: bool) -> Failure {
    let certificate = |why: String| {
        let sentence = format!("the certificate of {host} is not trusted: {why}");
        Failure::new(Kind::Certificate, Phase::Tls, sentence)
    };
    match error {
        Error::InvalidCertificate(error) => certificate(certificate_problem(error, host)),
        Error::NoCertificatesPresented => certificate("the server sent none".into()),
        Error::AlertReceived(alert) => tls(match alert {
            // What servers answer in TLS 1.2 to a client without the certificate they asked for (RFC 5246 7.4.6).
            AlertDescription::HandshakeFailure if agreed => {
                format!("{host} asks for a client certificate")
            }
            AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
                format!("{host} accepts none of our cipher suites, curves and signatures")
            }
            AlertDescription::ProtocolVersion => {
                format!("{host} speaks neither TLS 1.2 nor TLS 1.3")
            }
            AlertDescription::UnrecognisedName => format!("{host} is not a name of that server"),
            AlertDescription::NoApplicationProtocol => format!("{host} does not speak HTTP/1.1"),
            other => about_us(*other, host).filter(|_| agreed).unwrap_or_else(|| {
                format!("{host} ended the TLS handshake with the alert {other:?}")
            }),
        }),
        Error::InvalidMessage(_) => tls(format!("{host} does not answer in TLS: {error}")),
        Error::PeerIncompatible(_) => {
            tls(format!("{host} speaks no TLS that is safe enough: {error}"))
        }
        other => tls(format!("the TLS handshake with {host} failed: {other}")),
    }
}

/// What a server said after the handshake, where it is about the certificate that it asked for: in TLS 1.3 the client is
/// done before the server has looked at it.
pub fn explain_alert(error: &io::Error) -> Option<String> {
    match error.get_ref()?.downcast_ref::<Error>()? {
        Error::AlertReceived(alert) => about_us(*alert, "the server"),
        _ => None,
    }
}

/// Alerts about a client's certificate (RFC 8446 6.2), or about whom it names.
fn about_us(alert: AlertDescription, host: &str) -> Option<String> {
    let why = match alert {
        AlertDescription::CertificateRequired => {
            return Some(format!("{host} asks for a client certificate"));
        }
        AlertDescription::BadCertificate => "it is damaged, or not the right one",
        AlertDescription::UnsupportedCertificate => "it is of a kind that is not accepted there",
        AlertDescription::CertificateRevoked => "it was revoked",
        AlertDescription::CertificateExpired => "it has expired or is not valid yet",
        AlertDescription::CertificateUnknown => "no reason was given",
        AlertDescription::UnknownCA => "its issuer is unknown there",
        AlertDescription::AccessDenied => return Some(format!("{host} denies access")),
        _ => return None,
    };
    Some(format!("{host} does not accept our client certificate: {why}"))
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
        CertificateError::BadSignature => {
            // Both are one to ring.
            "its signature is wrong, or made by a key that is too weak (RSA of less than 2048 bits)".into()
        }
        CertificateError::BadEncoding => "it is damaged".into(),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "it was not issued for servers".into()
        }
        // Typical of self-signed certificates made by one command, which are trusted only when handed over.
        other if says_authority(other) => {
            "it is that of a certificate authority (CA:TRUE), which no server may use".into()
        }
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "it or one of its chain is signed in a way that is too weak or not known (SHA-1, for example)".into()
        }
        CertificateError::Other(why) => other_problem(&why.to_string()),
        other => other.to_string(),
    }
}

/// webpki's words for what rustls has none for, or a sentence of ours ([`super::pins`]).
fn other_problem(words: &str) -> String {
    match words {
        "EndEntityUsedAsCa" => "a certificate of its chain belongs to no authority (CA:FALSE), which may not issue others",
        "NameConstraintViolation" => "an authority of its chain may not vouch for that name",
        "PathLenConstraintViolated" => "an authority of its chain has more authorities below it than it may",
        "UnsupportedCriticalExtension" => "it or one of its chain has a critical extension that is not known",
        "UnsupportedCertVersion" => "it or one of its chain is not of X.509 version 3",
        "MaximumPathDepthExceeded"
        | "MaximumPathBuildCallsExceeded"
        | "MaximumSignatureChecksExceeded"
        | "MaximumNameConstraintComparisonsExceeded" => "its chain is too long to be checked",
        ours_or_rare => ours_or_rare,
    }
    .into()
}

fn date(at: UnixTime) -> String {
    i64::try_from(at.as_secs())
        .ok()
        .and_then(|secs| time::OffsetDateTime::from_unix_timestamp(secs).ok())
        .map_or_else(|| "an unknown day".into(), |at| at.date().to_string())
}

fn tls(message: impl Into<Cow<'static, str>>) -> Failure {
    Failure::new(Kind::Tls, Phase::Tls, message)
}
