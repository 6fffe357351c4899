//! What a request is while it lives.
