//! Which certificates are trusted: those that webpki trusts, and one kind that it refuses on principle.
//!
//! A self-signed certificate as one `openssl req -x509` makes it says CA:TRUE, and webpki accepts no authority as a server,
//! even one that the app itself has handed over as trusted (REQTASK_OPT_ROOTS_PEM). Every other TLS library accepts it
//! then, and developers rely on that. So does this verifier: byte for byte the certificate that was handed over, still
//! valid in time, and valid for the host's name. Roots built in or of the device never get this treatment.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

/// See the module's text.
#[derive(Debug)]
pub struct Trust {
    webpki: Arc<WebPkiServerVerifier>,
    handed_over: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// `handed_over` are the app's own, which `webpki` has among its roots too.
    pub fn new(
        webpki: Arc<WebPkiServerVerifier>,
        handed_over: Vec<CertificateDer<'static>>,
    ) -> Trust {
        Trust { webpki, handed_over }
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.webpki.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        ) {
            // webpki looks at the dates before it looks at the role, so they are right here.
            Err(error) if is_authority(&error) && self.handed_over.contains(end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.webpki.supported_verify_schemes()
    }
}

/// webpki's refusal of an authority's certificate as a server's, which rustls hands on as it is.
fn is_authority(error: &Error) -> bool {
    matches!(error, Error::InvalidCertificate(why) if says_authority(why))
}

/// As above.
pub fn says_authority(error: &CertificateError) -> bool {
    matches!(error, CertificateError::Other(why) if why.to_string().contains("CaUsedAsEndEntity"))
}
