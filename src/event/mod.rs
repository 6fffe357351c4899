//! How news reaches the app.
