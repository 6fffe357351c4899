//! A certificate authority for the life of the process, and server certificates by it: good ones and bad ones.

use std::io;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection};

/// Which certificate a TLS port shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certificate {
    /// For localhost, 127.0.0.1, ::1, {origin,other,a,b}.test and *.wild.test.
    Good,
    /// Out of date.
    Expired,
    /// For elsewhere.example only.
    WrongHost,
    /// Good, but by an authority that nobody trusts.
    Untrusted,
}

impl Certificate {
    /// By its name in `cert=`.
    pub fn named(name: &str) -> Option<Certificate> {
        Some(match name {
            "good" => Certificate::Good,
            "expired" => Certificate::Expired,
            "wrong-host" => Certificate::WrongHost,
            "untrusted" => Certificate::Untrusted,
            _ => return None,
        })
    }
}

/// The authority and ready configurations.
pub struct Tls {
    /// The authority's certificate.
    pub ca_pem: String,
    configs: [Arc<ServerConfig>; 4],
}

type Problem = Box<dyn std::error::Error>;

impl Tls {
    /// Makes fresh keys and certificates.
    pub fn new() -> Result<Tls, Problem> {
        let (ca_pem, ca) = authority("reqtask scripted server CA")?;
        let (_, stranger) = authority("reqtask untrusted CA")?;
        // Clients refuse a wildcard right under a top-level name, so the names that tests use are listed.
        let here = [
            "localhost",
            "127.0.0.1",
            "::1",
            "origin.test",
            "other.test",
            "a.test",
            "b.test",
            "*.wild.test",
        ];
        let elsewhere = ["elsewhere.example"];
        Ok(Tls {
            ca_pem,
            configs: [
                config(&ca, &here, false)?,
                config(&ca, &here, true)?,
                config(&ca, &elsewhere, false)?,
                config(&stranger, &here, false)?,
            ],
        })
    }

    /// A fresh server session.
    pub fn session(&self, certificate: Certificate) -> io::Result<ServerConnection> {
        ServerConnection::new(self.configs[certificate as usize].clone()).map_err(io::Error::other)
    }
}

fn authority(name: &str) -> Result<(String, Issuer<'static, KeyPair>), Problem> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(Vec::<String>::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    params.distinguished_name.push(DnType::CommonName, name);
    let pem = params.self_signed(&key)?.pem();
    Ok((pem, Issuer::new(params, key)))
}

fn config(
    issuer: &Issuer<'static, KeyPair>,
    names: &[&str],
    expired: bool,
) -> Result<Arc<ServerConfig>, Problem> {
    let key = KeyPair::generate()?;
    let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "reqtask scripted server");
    let now = time::OffsetDateTime::now_utc();
    params.not_before = now - time::Duration::days(30);
    params.not_after = now + time::Duration::days(if expired { -1 } else { 30 });
    let certificate = params.signed_by(&key, issuer)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    Ok(Arc::new(config))
}
