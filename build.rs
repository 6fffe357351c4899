//! Writes reqtask.h, and tells the linker what a C library needs to be told.
//!
//! The header: cbindgen turns `src/ffi` into C items, the table of options turns into one more, and
//! `include/reqtask.h.in` says where each stands. An item without a place, or a place without an item, fails the build.
//! The result goes to OUT_DIR, where `tests/header.rs` compares it with the committed `include/reqtask.h`;
//! `REQTASK_UPDATE_HEADER=1 cargo build` writes that one.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

#[allow(dead_code)] // the library uses all of it
#[path = "src/options/table.rs"]
mod table;

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    for input in [
        "build.rs",
        "src/ffi",
        "src/options/table.rs",
        "include/reqtask.h.in",
        "include/cbindgen.toml",
    ] {
        println!("cargo::rerun-if-changed={input}");
    }
    println!("cargo::rerun-if-env-changed=REQTASK_UPDATE_HEADER");

    let header = header(&root)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("reqtask.h"), &header)?;
    let committed = root.join("include/reqtask.h");
    if env::var("REQTASK_UPDATE_HEADER").is_ok_and(|v| v == "1")
        && fs::read_to_string(&committed).ok().as_ref() != Some(&header)
    {
        fs::write(committed, header)?;
    }
    link_args();
    Ok(())
}

/// rustc gives a cdylib no name of its own, and pages of 4 KiB.
fn link_args() {
    let target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    let (os, environment) = (target("OS"), target("ENV"));
    // App packages hold plain .so files: no version in the name there.
    let name = match (os.as_str(), environment.as_str()) {
        ("android", _) | (_, "ohos") => "libreqtask.so",
        ("linux" | "freebsd" | "netbsd" | "openbsd" | "dragonfly", _) => "libreqtask.so.0",
        ("macos" | "ios", _) => {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libreqtask.dylib");
            return;
        }
        _ => return,
    };
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,{name}");
    // Android 15 and OpenHarmony have devices with pages of 16 KiB.
    println!("cargo::rustc-cdylib-link-arg=-Wl,-z,max-page-size=16384");
}

fn header(root: &Path) -> Result<String, Box<dyn Error>> {
    let mut items = items(&cbindgen(root)?)?;
    items.insert("options".into(), options());
    let mut out = String::new();
    for line in fs::read_to_string(root.join("include/reqtask.h.in"))?.lines() {
        match line.strip_prefix('@') {
            Some(name) => {
                let item = items.remove(name);
                out += &item.ok_or_else(|| format!("reqtask.h.in: src/ffi has no {name}"))?;
            }
            None => out += line,
        }
        out.push('\n');
    }
    match items.keys().next() {
        Some(name) => Err(format!("{name} has no place in include/reqtask.h.in").into()),
        None => Ok(out),
    }
}

/// All of `src/ffi` in C. cbindgen follows its `mod` lines but not the crate's, which takes milliseconds and asks cargo
/// nothing.
fn cbindgen(root: &Path) -> Result<String, Box<dyn Error>> {
    let config = cbindgen::Config::from_file(root.join("include/cbindgen.toml"))?;
    let builder = cbindgen::Builder::new().with_config(config);
    let mut text = Vec::new();
    builder.with_src(root.join("src/ffi/mod.rs")).generate()?.write(&mut text);
    Ok(String::from_utf8(text)?)
}

/// Takes cbindgen's output apart into items by name. Items stand between blank lines, and have none inside.
fn items(text: &str) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let mut items = BTreeMap::new();
    for item in text.split("\n\n").map(str::trim).filter(|item| !item.is_empty()) {
        let code = match item.strip_prefix("/**").and_then(|rest| rest.split_once("*/")) {
            Some((_, code)) => code.trim_start(),
            None => item,
        };
        let name = name_of(code).ok_or_else(|| format!("cannot name this item:\n{item}"))?;
        if items.insert(name.clone(), tidy(item)).is_some() {
            return Err(format!("two items are called {name}").into());
        }
    }
    Ok(items)
}

/// What an item declares.
fn name_of(code: &str) -> Option<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let word_after = |text: &str| text.split(|c| !is_word(c)).next().map(str::to_owned);
    if let Some(rest) = code.strip_prefix("#define ") {
        word_after(rest)
    } else if let Some(rest) = code.strip_prefix("typedef enum ") {
        word_after(rest)
    } else if let Some(rest) = code.strip_prefix("typedef struct ") {
        word_after(rest)
    } else if code.starts_with("typedef ") {
        match code.split_once("(*") {
            Some((_, rest)) => word_after(rest),
            None => code.trim_end_matches(';').split(' ').next_back().map(str::to_owned),
        }
    } else {
        code.strip_prefix("REQTASK_API")?
            .split_once('(')?
            .0
            .split(|c| !is_word(c))
            .next_back()
            .map(str::to_owned)
    }
}

/// cbindgen's C as one would write it: short comments on one line, enums without a typedef that nothing uses, structs by
/// their typedefs.
fn tidy(item: &str) -> String {
    let lines: Vec<&str> = item.lines().collect();
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let short = lines[at].trim_start() == "/**"
            && lines.get(at + 2).is_some_and(|l| l.trim_start() == "*/");
        if short {
            let (indent, _) = lines[at].split_at(lines[at].len() - 3);
            let words = lines[at + 1].trim_start().trim_start_matches('*').trim();
            out.push(format!("{indent}/** {words} */"));
            at += 3;
            continue;
        }
        out.push(match lines[at].strip_prefix("typedef enum ") {
            Some(rest) => format!("enum {rest}"),
            None if lines[at].starts_with("typedef struct ") => lines[at].to_owned(),
            None => lines[at].replace("struct reqtask_", "reqtask_"),
        });
        at += 1;
    }
    if item.contains("typedef enum ") {
        out.pop();
        out.push("};".into());
    }
    out.join("\n")
}

/// The table of options as an enum.
fn options() -> String {
    let mut out = String::from("enum reqtask_option {\n  /* whole numbers, by ..._set_u64 */\n");
    let mut numbers = true;
    for row in table::TABLE {
        if numbers && matches!(row.kind, table::Kind::Text(_)) {
            numbers = false;
            out += "\n  /* text, by ..._set_str; \"adds\" may be given more than once */\n";
        }
        let scope = match row.scope {
            table::Scope::Client => "C",
            table::Scope::Request => "R",
            table::Scope::Both => "C R",
        };
        let kind = match row.kind {
            table::Kind::Number(range, default) => {
                let range = range.header_words().map_or(String::new(), |words| words + "; ");
                format!("{range}default {default}")
            }
            table::Kind::Text(true) => "adds".into(),
            table::Kind::Text(false) => "replaces".into(),
        };
        let comment = format!("{scope}, {kind}. {}", row.doc);
        out += &wrapped(&comment);
        out += &format!("  {} = {},\n", row.name, row.key);
    }
    out + "};"
}

/// A comment, cut to lines of 80 columns.
fn wrapped(comment: &str) -> String {
    let mut lines = vec![String::new()];
    for word in comment.split_whitespace() {
        let line = lines.last_mut().expect("never empty");
        if !line.is_empty() && line.len() + 1 + word.len() > 73 {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    match &lines[..] {
        [line] => format!("  /** {line} */\n"),
        lines => {
            let body: String = lines.iter().map(|line| format!("   * {line}\n")).collect();
            format!("  /**\n{body}   */\n")
        }
    }
}
