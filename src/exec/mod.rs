//! Who runs a request.
