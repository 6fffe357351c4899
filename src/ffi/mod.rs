//! The only door for C.
