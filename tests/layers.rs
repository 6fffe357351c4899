//! The layers point one way, and unsafe code stands where it may.
//!
//! Reads the sources as text: every `crate::` path outside comments names a layer, which must be one that the file's own
//! layer may use.

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer and what it may use, besides itself and [`BOTTOM`].
const LAYERS: &[(&str, &[&str])] = &[
    ("ffi", &["task", "event", "options", "http"]),
    ("task", &["event", "options", "exec", "http"]),
    ("event", &["task", "options", "exec", "http"]),
    ("exec", &["http"]),
    // A refusal is the word for a wrong option; the rest of the tasks is not an option's business.
    ("options", &["http", "task::Refusal", "task::Refused", "task::{Refusal,Refused}"]),
    ("http", &[]),
    ("log", &[]),
    ("sync", &[]),
    ("id_map", &[]),
];

/// Everyone may use these.
const BOTTOM: &[&str] = &["id_map", "log", "sync"];

/// Where unsafe code may stand: the boundary, the shared blocks, and the files that speak to the kernel about sockets.
const UNSAFE_FOLDER: &str = "ffi";
const UNSAFE_FILES: &[&str] = &[
    "event/buf.rs",
    "http/cancel.rs",
    "http/lookup.rs",
    "http/loopback.rs",
    "http/readiness.rs",
    "http/tcp.rs",
    "http/wait.rs",
    "http/wait_any.rs",
];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All source files below `src`, as (path relative to it with `/`, text without comments).
fn sources() -> Vec<(String, String)> {
    fn walk(at: &Path, into: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(at).expect("src can be read") {
            let path = entry.expect("src can be read").path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|e| e == "rs") {
                into.push(path);
            }
        }
    }
    let mut files = Vec::new();
    walk(&src(), &mut files);
    assert!(files.len() > 30, "the walk found the sources");
    let name = |path: &Path| {
        let parts: Vec<_> = path.strip_prefix(src()).expect("below src").components().collect();
        let parts: Vec<_> = parts.iter().map(|p| p.as_os_str().to_string_lossy()).collect();
        parts.join("/")
    };
    let code = |text: String| {
        let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
        lines.collect::<Vec<_>>().join("\n")
    };
    files
        .iter()
        .map(|path| (name(path), code(fs::read_to_string(path).expect("a text file"))))
        .collect()
}

/// The layer that a file belongs to: its folder, or its own name.
fn layer_of(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap_or_default()
}

/// Each `crate::…` path in the code, without spaces and up to its end.
fn crate_paths(code: &str) -> Vec<String> {
    code.match_indices("crate::")
        .filter(|(at, _)| !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        .map(|(at, word)| {
            let rest: String =
                code[at + word.len()..].chars().filter(|c| !c.is_whitespace()).take(200).collect();
            let end = if rest.contains("::{") && rest.find("::{") < rest.find(';') {
                rest.find('}').map_or(rest.len(), |i| i + 1)
            } else {
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
                    .unwrap_or(rest.len())
            };
            rest[..end].replace(",}", "}")
        })
        .collect()
}

fn may_use(layer: &str, path: &str) -> bool {
    let to = path.split("::").next().unwrap_or_default();
    let allowed = LAYERS
        .iter()
        .find(|(name, _)| *name == layer)
        .unwrap_or_else(|| panic!("{layer} is not one of the layers; place it in this test"))
        .1;
    to == layer
        || BOTTOM.contains(&to)
        || allowed.iter().any(|allowed| match allowed.contains("::") {
            true => path == *allowed || path.starts_with(&format!("{allowed}::")),
            false => to == *allowed,
        })
}

#[test]
fn imports_point_down_only() {
    let mut seen = 0;
    let mut upward = Vec::new();
    for (file, code) in sources() {
        if file == "lib.rs" {
            continue;
        }
        for path in crate_paths(&code) {
            seen += 1;
            if !may_use(layer_of(&file), &path) {
                upward.push(format!("src/{file} uses crate::{path}"));
            }
        }
    }
    assert!(upward.is_empty(), "upward imports: {upward:#?}");
    assert!(seen > 30, "paths were found");
}

#[test]
fn the_check_itself_sees_an_upward_import() {
    let found = crate_paths(
        "use crate::task::{\n    Refusal,\n    Refused,\n};\nlet x = crate::exec::job();",
    );
    assert_eq!(found, ["task::{Refusal,Refused}", "exec::job"]);
    assert!(!may_use("http", "task::Response"));
    assert!(!may_use("exec", "ffi::guard"));
    assert!(!may_use("options", "task::Client"));
    assert!(may_use("options", "task::{Refusal,Refused}"));
    assert!(may_use("http", "log::say"));
}

#[test]
fn unsafe_code_stands_only_where_it_may() {
    let mut found = false;
    let mut stray = Vec::new();
    for (file, code) in sources() {
        let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        if words.clone().any(|word| word == "unsafe") {
            found = true;
            let may = layer_of(&file) == UNSAFE_FOLDER || UNSAFE_FILES.contains(&file.as_str());
            if !may {
                stray.push(file);
            }
        }
    }
    assert!(stray.is_empty(), "unsafe code stands in {stray:#?}");
    assert!(found, "the check sees unsafe code at all");
}
