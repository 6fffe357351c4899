//! Who we say that we are: a client certificate with its private key, for servers that ask for one (RFC 8446 4.3.2).
//!
//! Promises that certificate and key are usable and belong together, so that a mistake shows when the text is given and not
//! at the first handshake. The key lives inside ring and nowhere else: what was decoded on the way is wiped, and
//! neither Debug nor a sentence shows anything of it. Whether a server gets to see the certificate is for others to decide.

use std::fmt;
use std::sync::Arc;

use rustls::client::ResolvesClientCert;
use rustls::pki_types::pem::{PemObject, SectionKind};
use rustls::pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer,
};
use rustls::server::ParsedCertificate;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{Error, InconsistentKeys};
use zeroize::Zeroize;

/// See the module's text.
#[derive(Clone)]
pub struct Identity(Arc<CertifiedKey>);

impl Identity {
    /// From PEM text: the certificate, those between it and its root, and the private key, which may stand anywhere. Other
    /// sections and text between the sections are passed over. The error is a sentence that counts from 1.
    pub fn parse(pem: &str) -> Result<Identity, String> {
        // PKCS #8 and, by a line in the section, the older forms. The latter would else be taken for damaged.
        if pem.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")
            || pem.contains("Proc-Type: 4,ENCRYPTED")
        {
            return Err("the private key is encrypted; it must be given decrypted".into());
        }
        let mut chain = Vec::new();
        let mut keys = Keys(Vec::new());
        for (i, section) in <(SectionKind, Vec<u8>)>::pem_slice_iter(pem.as_bytes()).enumerate() {
            // Its reason may quote the text, and the text may be a key.
            let (kind, der) =
                section.map_err(|_| format!("section {} of the PEM text is damaged", i + 1))?;
            match kind {
                SectionKind::Certificate => chain.push(CertificateDer::from(der)),
                SectionKind::PrivateKey => keys.0.push(PrivatePkcs8KeyDer::from(der).into()),
                SectionKind::RsaPrivateKey => keys.0.push(PrivatePkcs1KeyDer::from(der).into()),
                SectionKind::EcPrivateKey => keys.0.push(PrivateSec1KeyDer::from(der).into()),
                _ => {}
            }
        }
        for (i, certificate) in chain.iter().enumerate() {
            ParsedCertificate::try_from(certificate)
                .map_err(|why| format!("certificate {} is not usable: {why}", i + 1))?;
        }
        let key = match &keys.0[..] {
            _ if chain.is_empty() => return Err("the PEM text holds no certificate".into()),
            [] => return Err("the PEM text holds no private key".into()),
            [key] => key,
            _ => return Err("the PEM text holds more than one private key".into()),
        };
        let key = rustls::crypto::ring::sign::any_supported_type(key).map_err(|_| {
            "the private key is damaged or of a kind that is not supported (RSA of 2048 to 8192 bits, ECDSA on P-256 or \
             P-384, Ed25519)"
        })?;
        let pair = CertifiedKey::new(chain, key);
        match pair.keys_match() {
            Ok(()) => Ok(Identity(Arc::new(pair))),
            Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
                Err("the private key does not belong to the first certificate".into())
            }
            Err(why) => {
                Err(format!("the private key cannot be compared with the certificate: {why}"))
            }
        }
    }

    /// Shows the certificate to whichever server asks.
    pub fn resolver(&self) -> Arc<dyn ResolvesClientCert> {
        Arc::new(SingleCertAndKey::from(self.0.clone()))
    }
}

/// Two with the same certificates are the same: their keys belong to the first of them.
impl PartialEq for Identity {
    fn eq(&self, other: &Identity) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.cert == other.0.cert
    }
}

impl Eq for Identity {}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({} certificates and a key)", self.0.cert.len())
    }
}

/// Wiped when they go, however parsing ends.
struct Keys(Vec<PrivateKeyDer<'static>>);

impl Drop for Keys {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(Zeroize::zeroize);
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ED25519};

    use super::super::testing::pem;
    use super::*;

    /// The PEM of a certificate and of its key.
    fn made(key: &KeyPair) -> (String, String) {
        let certificate =
            CertificateParams::new(vec!["me".into()]).unwrap().self_signed(key).unwrap();
        (pem("CERTIFICATE", certificate.der()), pem("PRIVATE KEY", &key.serialize_der()))
    }

    #[test]
    fn chains_and_keys_in_any_order_with_text_around() {
        let kinds = [
            KeyPair::generate(),
            KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384),
            KeyPair::generate_for(&PKCS_ED25519),
        ];
        for key in kinds {
            let (own, key) = made(&key.unwrap());
            let (above, _) = made(&KeyPair::generate().unwrap());
            for text in [
                format!("{own}{key}"),
                format!("{key}{own}{above}"),
                format!(
                    "# mine\r\n{}",
                    format!("{own}between\n{key}{above}").replace('\n', "\r\n")
                ),
            ] {
                let identity = Identity::parse(&text).expect(&text);
                assert_eq!(identity.0.cert.len(), text.matches("BEGIN CERTIFICATE").count());
                assert!(identity.resolver().has_certs());
            }
        }
    }

    #[test]
    fn each_mistake_has_its_sentence() {
        let (own, key) = made(&KeyPair::generate().unwrap());
        let (other, other_key) = made(&KeyPair::generate().unwrap());
        let half = &key[..key.len() / 2];
        let odd = pem("CERTIFICATE", b"odd");
        let (bad_key, bad_base64) = (pem("PRIVATE KEY", b"odd"), key.replace("MIG", "M!G"));
        let locked = pem("ENCRYPTED PRIVATE KEY", b"odd");
        let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
        for (text, says) in [
            ("", "the PEM text holds no certificate"),
            (&key, "the PEM text holds no certificate"),
            (&own, "the PEM text holds no private key"),
            (
                &[&own[..], &key, &other_key].concat(),
                "the PEM text holds more than one private key",
            ),
            (
                &[&other[..], &own, &key].concat(),
                "the private key does not belong to the first certificate",
            ),
            (&[&own[..], half].concat(), "section 2 of the PEM text is damaged"),
            (&[&own[..], &bad_base64].concat(), "section 2 of the PEM text is damaged"),
            (&[&own[..], &odd, &key].concat(), "certificate 2 is not usable: "),
            (
                &[&own[..], &bad_key].concat(),
                "the private key is damaged or of a kind that is not supported ",
            ),
            (&[&own[..], &locked].concat(), "the private key is encrypted"),
            (&[&own[..], old].concat(), "the private key is encrypted"),
        ] {
            let sentence = Identity::parse(text).expect_err(says);
            assert!(sentence.starts_with(says), "{sentence:?} and not {says:?}");
            let lines = key.lines().chain(other_key.lines()).filter(|line| !line.starts_with("--"));
            assert!(lines.into_iter().all(|line| !sentence.contains(line)), "{sentence}");
        }
    }

    #[test]
    fn equal_by_certificate_and_silent_about_the_key() {
        let (own, key) = made(&KeyPair::generate().unwrap());
        let (other, other_key) = made(&KeyPair::generate().unwrap());
        let parse = |a: &str, b: &str| Identity::parse(&[a, b].concat()).unwrap();
        assert_eq!(parse(&own, &key), parse(&key, &own));
        assert_ne!(parse(&own, &key), parse(&other, &other_key));
        assert_eq!(format!("{:?}", parse(&own, &key)), "Identity(1 certificates and a key)");
    }
}
