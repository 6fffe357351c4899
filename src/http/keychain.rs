//! Apple's own judgement of certificates (REQTASK_OPT_SYSTEM_ROOTS on iOS and macOS), by the Security framework.
//!
//! Those systems show apps no list of trusted roots, so the whole chain is shown to them: roots of the device's owner or its
//! company count, and Apple's rules for certificates, too. What the app itself has handed over is judged as everywhere,
//! by webpki, and first. The system may not use the network for it: nothing could stop that, when the request is
//! aborted. So an intermediate certificate that the server forgets to send is missing, as with the built-in roots, and
//! revocation shows only in answers that servers staple.

use std::sync::Arc;

use core_foundation::date::CFDate;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use security_framework::certificate::SecCertificate;
use security_framework::policy::SecPolicy;
use security_framework::secure_transport::SslProtocolSide;
use security_framework::trust::SecTrust;

use super::trust::Trust;

/// Core Foundation counts from the first of January 2001.
const UNIX_TO_2001: f64 = 978_307_200.0;

/// See the module's text.
#[derive(Debug)]
pub struct Keychain {
    handed_over: Option<Trust>,
    provider: Arc<CryptoProvider>,
}

impl Keychain {
    /// `handed_over` trusts the app's own certificates and nothing else.
    pub fn new(handed_over: Option<Trust>, provider: Arc<CryptoProvider>) -> Keychain {
        Keychain { handed_over, provider }
    }
}

impl ServerCertVerifier for Keychain {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(own) = &self.handed_over
            && let Ok(verified) =
                own.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        {
            return Ok(verified);
        }
        system_verdict(end_entity, intermediates, server_name, ocsp_response, now)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Fails closed: whatever cannot be asked is a refusal.
fn system_verdict(
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    server_name: &ServerName<'_>,
    ocsp_response: &[u8],
    now: UnixTime,
) -> Result<(), Error> {
    let failed = |error: security_framework::base::Error| Error::General(error.to_string());
    // The server's own comes first; Apple asks for that order.
    let chain = std::iter::once(end_entity)
        .chain(intermediates)
        .map(|der| SecCertificate::from_der(der).map_err(|_| CertificateError::BadEncoding.into()))
        .collect::<Result<Vec<_>, Error>>()?;
    let name = server_name.to_str();
    let name = name.strip_suffix('.').unwrap_or(&name);
    let policy = SecPolicy::create_ssl(SslProtocolSide::SERVER, Some(name));
    let mut trust = SecTrust::create_with_certificates(&chain, &[policy]).map_err(failed)?;
    trust.set_network_fetch_allowed(false).map_err(failed)?;
    let now = CFDate::new(now.as_secs() as f64 - UNIX_TO_2001);
    trust.set_trust_verify_date(&now).map_err(failed)?;
    if !ocsp_response.is_empty() {
        trust.set_trust_ocsp_response(std::iter::once(ocsp_response)).map_err(failed)?;
    }
    trust.evaluate_with_error().map_err(|error| {
        Error::InvalidCertificate(explain(error.code(), || error.description().to_string()))
    })
}

/// The numbers are those of <Security/SecBase.h>.
fn explain(code: isize, words: impl FnOnce() -> String) -> CertificateError {
    match code {
        -67602 => CertificateError::NotValidForName,
        -67818 => CertificateError::Expired,
        -67819 => CertificateError::NotValidYet,
        -67820 => CertificateError::Revoked,
        -67609 => CertificateError::InvalidPurpose,
        -25318 | -67843 => CertificateError::UnknownIssuer,
        other => {
            let sentence = format!("the device does not trust it: {} ({other})", words());
            CertificateError::Other(OtherError(Arc::new(std::io::Error::other(sentence))))
        }
    }
}
