//! Every knob once.
