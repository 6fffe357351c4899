//! Where a device keeps the certificates it trusts, on systems that keep them as files (REQTASK_OPT_SYSTEM_ROOTS).
//!
//! Linux, OpenHarmony and the BSDs: where OpenSSL would look, or where SSL_CERT_FILE and SSL_CERT_DIR say. Android: the
//! folders its own network stack reads, without those that the device's owner has switched off; certificates that the owner
//! has added count for apps only that say so in their network security configuration, which is not ours to read: such apps
//! hand them over (REQTASK_OPT_ROOTS_PEM). Apple's systems show no such list to apps, but judge: `keychain`.

use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;

use super::error::{Failure, Kind, Phase};

/// What was found, and the first thing that could not be read.
#[derive(Debug, Default)]
pub struct Found {
    /// As they were found; some are odd on every device.
    pub certificates: Vec<CertificateDer<'static>>,
    /// A sentence's part, for when nothing else was found.
    pub trouble: Option<String>,
}

/// Adds what can be used of the device's certificates, which always include some odd ones. None at all is a failure, unless
/// the app has handed over some, which are in `roots` already.
#[cfg(not(target_vendor = "apple"))]
pub fn add_to(roots: &mut RootCertStore) -> Result<(), Failure> {
    add(roots, load())
}

#[cfg(any(test, not(target_vendor = "apple")))]
fn add(roots: &mut RootCertStore, found: Found) -> Result<(), Failure> {
    let (added, _) = roots.add_parsable_certificates(found.certificates);
    if added > 0 || !roots.is_empty() {
        return Ok(());
    }
    let why = found.trouble.map_or_else(String::new, |why| format!(": {why}"));
    let sentence = format!("the device has no trusted certificates that can be read{why}");
    Err(Failure::new(Kind::Certificate, Phase::None, sentence))
}

#[cfg(not(any(target_os = "android", target_vendor = "apple")))]
fn load() -> Found {
    let found = rustls_native_certs::load_native_certs();
    Found { certificates: found.certs, trouble: found.errors.first().map(ToString::to_string) }
}

#[cfg(target_os = "android")]
fn load() -> Found {
    let folders = android::FOLDERS.map(std::path::Path::new);
    super::roots_folder::first_filled(&folders, &android::removed(android::uid()))
}

/// As android.security.net.config.SystemCertificateSource has it.
#[cfg(any(test, target_os = "android"))]
mod android {
    use std::os::unix::fs::MetadataExt;
    use std::path::PathBuf;

    /// Android 14 and newer update the first, with Google Play's system updates; the second comes with the device.
    pub const FOLDERS: [&str; 2] =
        ["/apex/com.android.conscrypt/cacerts", "/system/etc/security/cacerts"];

    /// Of each user of a device, and each profile, such as that for work.
    const UIDS_PER_USER: u32 = 100_000;

    /// This process': Linux promises it as the owner of this folder.
    pub fn uid() -> u32 {
        std::fs::metadata("/proc/self").map_or(0, |folder| folder.uid())
    }

    /// A file in here switches off the system's certificate of the same name.
    pub fn removed(uid: u32) -> PathBuf {
        let user = uid / UIDS_PER_USER;
        format!("/data/misc/user/{user}/cacerts-removed").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::loopback::certificate;

    #[test]
    fn a_device_without_usable_roots_is_said_so_and_odd_ones_are_passed_over() {
        let odd = CertificateDer::from(b"odd".to_vec());
        let mut roots = RootCertStore::empty();
        let nothing =
            Found { certificates: vec![odd.clone()], trouble: Some("/there: no file".into()) };
        let failure = add(&mut roots, nothing).unwrap_err();
        assert_eq!(failure.kind, Kind::Certificate);
        assert!(failure.message.ends_with("that can be read: /there: no file"), "{failure}");
        let good = certificate(&["a.test"], |_| {}).0;
        add(&mut roots, Found { certificates: vec![odd, good], trouble: None }).unwrap();
        assert_eq!(roots.len(), 1);
        add(&mut roots, Found::default()).expect("those that were handed over are enough");
    }

    #[test]
    fn each_user_of_an_android_device_has_their_own_choice() {
        let removed = |uid| android::removed(uid).display().to_string();
        assert_eq!(removed(10_234), "/data/misc/user/0/cacerts-removed");
        assert_eq!(removed(1_010_234), "/data/misc/user/10/cacerts-removed");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_process_folder_tells_whose_it_is() {
        use std::os::unix::fs::MetadataExt;
        let file = std::env::temp_dir().join(format!("reqtask-{}-uid", std::process::id()));
        std::fs::write(&file, "").unwrap();
        let mine = std::fs::metadata(&file).unwrap().uid();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(android::uid(), mine);
    }

    #[test]
    fn android_prefers_the_folder_that_is_updated() {
        assert!(android::FOLDERS[0].starts_with("/apex/"));
    }
}
