//! C and Rust agree on the layout of every struct: what Rust knows becomes static assertions, which a C compiler checks
//! against the committed header.

use std::fmt::Write as _;
use std::fs;
use std::mem::offset_of;
use std::path::Path;
use std::process::Command;

use reqtask::ffi::event::*;
use reqtask::ffi::response::reqtask_response_info;
use reqtask::ffi::timing::reqtask_timing;
use reqtask::ffi::types::{reqtask_bytes, reqtask_header, reqtask_str};

/// Assertions about size, alignment and all fields of a struct. A field that is left out does not compile.
macro_rules! assertions {
    ($into:ident, $name:ident { $($field:ident),+ $(,)? }) => {
        #[allow(dead_code)]
        const _: fn($name) = |$name { $($field: _),+ }| ();
        let name = stringify!($name);
        writeln!($into, "_Static_assert(sizeof({name}) == {}, \"{name}\");", size_of::<$name>())?;
        writeln!($into, "_Static_assert(_Alignof({name}) == {}, \"{name}\");", align_of::<$name>())?;
        $(
            let (field, at) = (stringify!($field), offset_of!($name, $field));
            writeln!($into, "_Static_assert(offsetof({name}, {field}) == {at}, \"{name}.{field}\");")?;
        )+
    };
}

fn all() -> Result<String, std::fmt::Error> {
    let mut c = String::from("#include \"reqtask.h\"\n");
    assertions!(c, reqtask_str { ptr, len });
    assertions!(c, reqtask_bytes { data, len, buf });
    assertions!(c, reqtask_header { name, value });
    assertions!(c, reqtask_headers_event { struct_size, http_status, task, headers, header_count });
    assertions!(c, reqtask_chunk_event { struct_size, reserved, task, offset, bytes });
    assertions!(
        c,
        reqtask_progress_event {
            struct_size,
            reserved,
            task,
            sent,
            send_total,
            received,
            receive_total
        }
    );
    assertions!(
        c,
        reqtask_complete_event { struct_size, status, task, phase, os_error, message, response }
    );
    assertions!(
        c,
        reqtask_response_info {
            struct_size,
            http_status,
            http_version,
            redirects,
            url,
            peer,
            headers,
            header_count,
            body
        }
    );
    assertions!(
        c,
        reqtask_timing {
            struct_size,
            connection_reused,
            start_unix_us,
            dequeued,
            redirect_start,
            redirect_end,
            resolve_start,
            resolve_end,
            connect_start,
            connect_end,
            tls_start,
            tls_end,
            request_start,
            request_end,
            response_start,
            response_end,
            bytes_sent,
            bytes_received
        }
    );
    Ok(c)
}

/// Whether a C compiler takes this text, and what it says.
fn compiles(name: &str, text: &str) -> (bool, String) {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, text).expect("the target folder can be written");
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("include");
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let output = Command::new(compiler)
        .args(["-std=c11", "-fsyntax-only", "-I"])
        .args([&include, &file])
        .output()
        .expect("a C compiler is there: the tests of the C API need one");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn the_header_lays_out_every_struct_as_the_library_does() {
    let text = all().expect("writing to a String cannot fail");
    assert!(text.lines().count() > 60, "all structs are asserted");
    let header = include_str!("../include/reqtask.h");
    for line in
        header.lines().filter(|line| line.starts_with("typedef struct") && line.ends_with('{'))
    {
        let name = line.split(' ').nth(2).expect("typedef struct NAME {");
        assert!(text.contains(&format!("sizeof({name})")), "{name} is not asserted");
    }
    let (good, said) = compiles("layout.c", &text);
    assert!(good, "{said}");
    let wrong = text.replace("offsetof(reqtask_str, len) == ", "offsetof(reqtask_str, len) == 1");
    assert!(!compiles("layout_wrong.c", &wrong).0, "a wrong offset is seen");
}
