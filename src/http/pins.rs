//! Pinned public keys: the keys of which a server's own certificate must have one.
//!
//! A pin is the SHA-256 of the certificate's SubjectPublicKeyInfo, as in RFC 7469 2.4 and curl's --pinnedpubkey. Only the key
//! of the server's own certificate counts, as in curl: that of an authority would admit everything the authority signs.
//! Pins come on top of the usual judgement, after it, and before anything of ours is shown to the server.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};

const PREFIX: &str = "sha256//";

/// At least one pin, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pins(Vec<[u8; 32]>);

impl Pins {
    /// "sha256//BASE64;sha256//BASE64". The error is a sentence that counts from 1.
    pub fn parse(text: &str) -> Result<Pins, String> {
        let mut pins = Vec::new();
        for (i, pin) in text.split(';').enumerate() {
            let n = i + 1;
            let base64 = pin
                .strip_prefix(PREFIX)
                .ok_or_else(|| format!("pin {n} does not begin with \"{PREFIX}\""))?;
            let hash = STANDARD
                .decode(base64)
                .map_err(|_| format!("pin {n} is not base64 behind \"{PREFIX}\""))?;
            let length = hash.len();
            let hash = hash
                .try_into()
                .map_err(|_| format!("pin {n} has {length} bytes; a SHA-256 hash has 32"))?;
            pins.push(hash);
        }
        pins.sort_unstable();
        pins.dedup();
        Ok(Pins(pins))
    }

    fn check(&self, certificate: &CertificateDer<'_>) -> Result<(), Error> {
        let spki = ParsedCertificate::try_from(certificate)?.subject_public_key_info();
        let hash = digest(&SHA256, &spki);
        if self.0.iter().any(|pin| pin == hash.as_ref()) {
            return Ok(());
        }
        Err(CertificateError::Other(OtherError(Arc::new(NotPinned(STANDARD.encode(hash))))).into())
    }
}

/// The server's key is another; what its pin would be.
#[derive(Debug)]
struct NotPinned(String);

impl std::fmt::Display for NotPinned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "its public key is not one of those pinned, but {PREFIX}{}", self.0)
    }
}

impl std::error::Error for NotPinned {}

/// A judge who wants one of the pins besides.
#[derive(Debug)]
pub struct Pinned {
    judge: Arc<dyn ServerCertVerifier>,
    pins: Arc<Pins>,
}

impl Pinned {
    /// Accepts what `judge` accepts and `pins` hold for.
    pub fn new(judge: Arc<dyn ServerCertVerifier>, pins: Arc<Pins>) -> Pinned {
        Pinned { judge, pins }
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.judge.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        )?;
        self.pins.check(end_entity)?;
        Ok(verified)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_curl_reads_them() {
        let of = |byte: u8| format!("{PREFIX}{}", STANDARD.encode([byte; 32]));
        let (a, b) = (of(1), of(2));
        assert_eq!(Pins::parse(&a), Ok(Pins(vec![[1; 32]])));
        assert_eq!(Pins::parse(&format!("{b};{a};{b}")), Ok(Pins(vec![[1; 32], [2; 32]])));
        let short = format!("{PREFIX}{}", STANDARD.encode([1; 20]));
        for (text, says) in [
            ("", "pin 1 does not begin with \"sha256//\""),
            ("/etc/key.pem", "pin 1 does not begin with \"sha256//\""),
            (&a.replace("//", "/"), "pin 1 does not begin with \"sha256//\""),
            (&a.to_uppercase(), "pin 1 does not begin with \"sha256//\""),
            (&format!("{a};"), "pin 2 does not begin with \"sha256//\""),
            (&format!("{a}, {b}"), "pin 1 is not base64 behind \"sha256//\""),
            (&format!("{a}; {b}"), "pin 2 does not begin with \"sha256//\""),
            (&a[..a.len() - 1], "pin 1 is not base64 behind \"sha256//\""),
            ("sha256//", "pin 1 has 0 bytes; a SHA-256 hash has 32"),
            (&format!("{a};{short}"), "pin 2 has 20 bytes; a SHA-256 hash has 32"),
        ] {
            assert_eq!(Pins::parse(text).expect_err(text), says, "{text}");
        }
    }
}
