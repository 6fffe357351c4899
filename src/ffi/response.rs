//! Responses: what came back for a task.

use std::any::Any;
use std::mem::offset_of;

use super::convert::try_out;
use super::event::bytes_of;
use super::guard::{freeing, guard};
use super::shared::{give, take, try_shared};
use super::status::reqtask_status;
use super::tagged::{Tagged, fill};
use super::types::{
    reqtask_bytes, reqtask_header, reqtask_id, reqtask_response, reqtask_str, text,
};
use crate::task::{self, Response};

/// What came back.
#[repr(C)]
#[derive(Debug)]
pub struct reqtask_response_info {
    /// Set to sizeof before the call.
    pub struct_size: u32,
    /// 200 to 999.
    pub http_status: u32,
    /// 10 or 11.
    pub http_version: u32,
    /// Followed.
    pub redirects: u32,
    /// After redirects.
    pub url: reqtask_str,
    /// "93.184.215.14:443"; the proxy's address where there is one.
    pub peer: reqtask_str,
    /// In the order received.
    pub headers: *const reqtask_header,
    /// How many.
    pub header_count: usize,
    /// {NULL, 0, NULL} without REQTASK_OPT_KEEP_BODY.
    pub body: reqtask_bytes,
}

// SAFETY: repr(C), and struct_size is its first field.
unsafe impl Tagged for reqtask_response_info {
    const LEAST: usize = offset_of!(reqtask_response_info, http_version);
}

/// Takes a reference to a task's response. REQTASK_E_STATE: no headers yet, or
/// none ever came. The response outlives the task; give it back with
/// reqtask_response_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_response_get(
    task: reqtask_id,
    out: *mut *const reqtask_response,
) -> reqtask_status {
    guard! {
        let out = try_out!(out);
        out.set(give::<reqtask_response>(task::response(task)?).cast_const());
        Ok(())
    }
}

/// Fills *info up to its struct_size, and sets struct_size to what was filled.
/// What it points to lives as long as the response. The body is complete only
/// once the task has completed. REQTASK_E_INVALID_ARG: struct_size is too small
/// for the first fields, so it was probably not set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_response_read(
    response: *const reqtask_response,
    info: *mut reqtask_response_info,
) -> reqtask_status {
    guard! {
        let response = try_shared!(response);
        // SAFETY: NULL, or C's own struct of as many bytes as its struct_size says (rule 9).
        unsafe { fill(info, "info", |struct_size| info_of(&response, struct_size)) }
    }
}

/// Gives a reference back. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reqtask_response_free(response: *const reqtask_response) {
    // SAFETY: NULL, or a reference that reqtask_response_get gave to C (rule 1).
    freeing(|| drop(unsafe { take(response) }));
}

fn info_of(response: &Response, struct_size: u32) -> reqtask_response_info {
    let headers = header_view(response);
    let none = reqtask_bytes { data: std::ptr::null_mut(), len: 0, buf: std::ptr::null_mut() };
    reqtask_response_info {
        struct_size,
        http_status: response.status.into(),
        http_version: response.version.into(),
        redirects: response.redirects,
        url: text(response.url.with_nul()),
        peer: text(response.peer().with_nul()),
        headers: headers.as_ptr(),
        header_count: headers.len(),
        body: response.body.get().map_or(none, bytes_of),
    }
}

/// The array of headers that C sees: made when it is first asked for, alive as long as the response.
pub(super) fn header_view(response: &Response) -> &[reqtask_header] {
    let view = response.view.get_or_init(|| -> Box<dyn Any + Send + Sync> {
        let line = |(name, value)| reqtask_header { name: text(name), value: text(value) };
        Box::new(HeaderView(response.fields.iter_with_nul().map(line).collect()))
    });
    &view.downcast_ref::<HeaderView>().expect("only this function fills the view").0
}

/// Pointers into the fields of the response that holds it.
struct HeaderView(Box<[reqtask_header]>);

// SAFETY: read-only pointers into `Response::fields`, which live as long as the view and are never changed.
unsafe impl Send for HeaderView {}
// SAFETY: as above.
unsafe impl Sync for HeaderView {}
