//! Trusted certificates as a folder of files, as Android keeps them: each named by a hash, in PEM with words around, or in
//! DER.
//!
//! Promises to get by with what can be read: a file that cannot is passed over, and named when there is nothing else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::device_roots::Found;

/// A certificate has a few kB; what is larger is none.
const LARGEST: u64 = 256 * 1024;

/// What the first of the folders holds that holds anything, without the files whose names are in `removed`, too.
pub fn first_filled(folders: &[&Path], removed: &Path) -> Found {
    let mut troubles = Vec::new();
    for folder in folders {
        match names(folder) {
            Ok(names) if names.is_empty() => {
                troubles.push(format!("{} is empty", folder.display()))
            }
            Ok(names) => return read(folder, &names, removed),
            Err(error) => troubles.push(format!("{}: {error}", folder.display())),
        }
    }
    Found { certificates: Vec::new(), trouble: Some(troubles.join("; ")) }
}

fn read(folder: &Path, names: &[PathBuf], removed: &Path) -> Found {
    let mut found = Found::default();
    for name in names {
        if removed.join(name).exists() {
            continue;
        }
        let file = folder.join(name);
        match certificates(&file) {
            Ok(certificates) => found.certificates.extend(certificates),
            Err(why) if found.trouble.is_none() => {
                found.trouble = Some(format!("{}: {why}", file.display()));
            }
            Err(_) => {}
        }
    }
    if found.certificates.is_empty() && found.trouble.is_none() {
        found.trouble = Some(format!("all of {} are switched off", folder.display()));
    }
    found
}

/// In the order of their names, so that one run is as another.
fn names(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut names = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| PathBuf::from(entry.file_name())))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort_unstable();
    Ok(names)
}

/// Those of a file, unparsed: whether one is usable, the store says.
fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let about = fs::metadata(file).map_err(|error| error.to_string())?;
    if !about.is_file() || about.len() > LARGEST {
        return Err("is not a certificate's file".to_owned());
    }
    let bytes = fs::read(file).map_err(|error| error.to_string())?;
    // DER begins with a SEQUENCE of a length in two bytes; no text does.
    if bytes.starts_with(&[0x30, 0x82]) {
        return Ok(vec![CertificateDer::from(bytes)]);
    }
    let found = CertificateDer::pem_slice_iter(&bytes)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error.to_string())?;
    if found.is_empty() { Err("holds no certificate".to_owned()) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::loopback::certificate;

    /// A folder that goes when the test ends.
    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("reqtask-{}-{test}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Folder(path)
        }

        fn with(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Folder {
            fs::write(self.0.join(name), bytes).unwrap();
            self
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// As Android's files are: the certificate, and then what openssl says of it.
    fn pem(der: &[u8]) -> String {
        use base64::Engine;
        let text = base64::engine::general_purpose::STANDARD.encode(der);
        let lines: Vec<&str> =
            text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\nCertificate:\n    Data:\n        Version: 3 (0x2)\n",
            lines.join("\n")
        )
    }

    const NONE: &str = "/nowhere/at/all";

    fn load(folders: &[&Path], removed: &Path) -> (Vec<CertificateDer<'static>>, String) {
        let found = first_filled(folders, removed);
        (found.certificates, found.trouble.unwrap_or_default())
    }

    #[test]
    fn pem_with_words_and_der_are_read_in_the_order_of_names() {
        let (a, b) = (certificate(&["a.test"], |_| {}).0, certificate(&["b.test"], |_| {}).0);
        let folder = Folder::new("both");
        folder.with("5ed36f99.0", &b).with("0d69c7e1.0", pem(&a));
        assert_eq!(load(&[&folder.0], Path::new(NONE)), (vec![a, b], String::new()));
    }

    #[test]
    fn what_is_no_certificate_is_passed_over_and_named() {
        let a = certificate(&["a.test"], |_| {}).0;
        let folder = Folder::new("odd");
        folder
            .with("0.0", "hello")
            .with("1.0", pem(&a))
            .with("2.0", "")
            .with("3.0", "-----BEGIN CERTIFICATE-----\nM*I\n-----END CERTIFICATE-----\n");
        folder.with("4.0", vec![b'x'; LARGEST as usize + 1]);
        fs::create_dir(folder.0.join("5.0")).unwrap();
        let (found, trouble) = load(&[&folder.0], Path::new(NONE));
        assert_eq!(found, [a]);
        assert!(trouble.ends_with("0.0: holds no certificate"), "{trouble}");
    }

    #[test]
    fn a_certificate_that_the_owner_has_switched_off_is_left_out() {
        let (a, b) = (certificate(&["a.test"], |_| {}).0, certificate(&["b.test"], |_| {}).0);
        let (system, removed) = (Folder::new("system"), Folder::new("removed"));
        system.with("a.0", pem(&a)).with("b.0", pem(&b));
        removed.with("a.0", "");
        assert_eq!(load(&[&system.0], &removed.0), (vec![b], String::new()));
        removed.with("b.0", "");
        let (found, trouble) = load(&[&system.0], &removed.0);
        assert_eq!(found, []);
        assert!(trouble.ends_with("are switched off"), "{trouble}");
    }

    #[test]
    fn the_first_folder_that_holds_anything_counts_alone() {
        let (a, b) = (certificate(&["a.test"], |_| {}).0, certificate(&["b.test"], |_| {}).0);
        let (empty, updated, old) =
            (Folder::new("empty"), Folder::new("updated"), Folder::new("old"));
        updated.with("a.0", pem(&a));
        old.with("b.0", pem(&b));
        let none = Path::new(NONE);
        assert_eq!(load(&[&updated.0, &old.0], none).0, [a]);
        assert_eq!(load(&[none, &old.0], none).0, std::slice::from_ref(&b));
        assert_eq!(load(&[&empty.0, &old.0], none).0, [b]);
    }

    #[test]
    fn where_there_is_none_every_place_is_named() {
        let empty = Folder::new("none");
        let (found, trouble) = load(&[Path::new(NONE), &empty.0], Path::new(NONE));
        assert_eq!(found, []);
        assert!(trouble.starts_with(NONE) && trouble.ends_with(" is empty"), "{trouble}");
    }
}
