//! The builder of tasks.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use super::convert::{invalid, null, try_bytes, try_mut, try_out, try_text};
use super::guard::{freeing, guard};
use super::status::reqtask_status;
use super::types::reqtask_destroy_fn;
use super::user::User;
use crate::http::Ask;
use crate::http::check::{field_name, field_value, method as parse_method};
use crate::http::url::parse_url;
use crate::options::Options;
use crate::options::table::Scope;
use crate::task::{Draft, Payload, Refusal, Refused};

/// A builder of tasks; yours to free.
pub struct reqtask_request {
    pub(super) draft: Draft,
}

/// Describes a request. method is upper-case ("GET") and not CONNECT; url is
/// absolute, http or https. Both are checked here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_request_new(
    method: *const c_char,
    method_len: usize,
    url: *const c_char,
    url_len: usize,
    out: *mut *mut reqtask_request,
) -> reqtask_status {
    guard! {
        let method = try_bytes!(method, method_len);
        let url = try_text!(url, url_len);
        let out = try_out!(out);
        let method = parse_method(method).map_err(invalid)?;
        let url = parse_url(url).map_err(invalid)?;
        let ask = Arc::new(Ask { method, url, fields: Vec::new() });
        let draft = Draft { ask, body: None, options: Options::default() };
        out.set(Box::into_raw(Box::new(reqtask_request { draft })));
        Ok(())
    }
}

/// Sets one number for this request; it wins over the client's. Fails as
/// reqtask_config_set_u64 does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_request_set_u64(
    request: *mut reqtask_request,
    key: u32,
    value: u64,
) -> reqtask_status {
    guard! {
        let request = try_mut!(request);
        request.draft.options.set_number(Scope::Request, key, value)
    }
}

/// Sets one text for this request; it wins over the client's. Fails as
/// reqtask_config_set_str does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_request_set_str(
    request: *mut reqtask_request,
    key: u32,
    value: *const c_char,
    len: usize,
) -> reqtask_status {
    guard! {
        let request = try_mut!(request);
        let value = try_text!(value, len);
        request.draft.options.set_text(Scope::Request, key, value)
    }
}

/// Adds one header line; a repeated name makes a second line. The value is bytes
/// without CR, LF, NUL and other control characters (a tab is allowed); white
/// space at its ends is taken off (RFC 9110 5.5). What the whole request needs,
/// such as a true content-length, is checked by reqtask_create.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_request_add_header(
    request: *mut reqtask_request,
    name: *const c_char,
    name_len: usize,
    value: *const c_char,
    value_len: usize,
) -> reqtask_status {
    guard! {
        let request = try_mut!(request);
        let name = try_bytes!(name, name_len);
        let value = try_bytes!(value, value_len);
        let name = field_name(name).map_err(invalid)?;
        let value = field_value(&name, value).map_err(invalid)?;
        Arc::make_mut(&mut request.draft.ask).fields.push((name, value));
        Ok(())
    }
}

/// Sets the body, replacing an earlier one. With destroy = NULL the bytes are
/// copied. Otherwise they are used in place: keep them unchanged until
/// destroy(user) runs, which is after the request and every task made from it
/// are done with them. Copy memory that a JS engine can move or detach. data may
/// be NULL when len is 0: that is an empty body, sent with content-length 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_request_set_body(
    request: *mut reqtask_request,
    data: *const c_void,
    len: usize,
    user: *mut c_void,
    destroy: reqtask_destroy_fn,
) -> reqtask_status {
    guard! {
        let user = User::new(user, destroy);
        let request = try_mut!(request);
        if data.is_null() && len > 0 {
            return Err(null("data"));
        }
        if isize::try_from(len).is_err() {
            return Err(invalid(format!("a body cannot be {len} bytes long")));
        }
        let body = Borrowed { data: data.cast(), len, user };
        request.draft.body = Some(if destroy.is_some() { Arc::new(body) } else { copy(&body)? });
        Ok(())
    }
}

/// Frees a request. Tasks made from it are not touched.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_request_free(request: *mut reqtask_request) {
    freeing(|| {
        if !request.is_null() {
            // SAFETY: from Box::into_raw in reqtask_request_new, and freed once (rule 1).
            drop(unsafe { Box::from_raw(request) });
        }
    });
}

/// A body that is C's memory. Dropping it tells C that nobody reads it any more.
struct Borrowed {
    /// NULL only when len is 0.
    data: *const u8,
    /// At most isize::MAX.
    len: usize,
    /// Owns the memory; dropped with this struct, after the last read.
    #[expect(dead_code)]
    user: User,
}

// SAFETY: read-only memory that C keeps unchanged until destroy runs (reqtask_request_set_body).
unsafe impl Send for Borrowed {}
// SAFETY: as above.
unsafe impl Sync for Borrowed {}

impl AsRef<[u8]> for Borrowed {
    fn as_ref(&self) -> &[u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: not NULL as len is not 0; C keeps len bytes there unchanged until `user` is dropped.
        unsafe { std::slice::from_raw_parts(self.data, self.len) }
    }
}

/// A body of our own with the same bytes.
fn copy(body: &Borrowed) -> Result<Payload, Refusal> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(body.len).map_err(|_| {
        Refusal::new(Refused::NoMemory, format!("no memory for a body of {} bytes", body.len))
    })?;
    bytes.extend_from_slice(body.as_ref());
    Ok(Arc::new(bytes))
}
