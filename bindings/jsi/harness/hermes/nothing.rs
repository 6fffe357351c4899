//! Nothing is compiled here: this package exists so that cargo fetches, and checks, the source of Hermes.
