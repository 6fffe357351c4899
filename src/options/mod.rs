//! Every knob once: number, name, scope, range, default and sentence drive setters, docs and tests.

/// A set of options: those of a client, or those of a request, which win over its client's.
#[derive(Clone, Debug, Default)]
pub struct Options {}
