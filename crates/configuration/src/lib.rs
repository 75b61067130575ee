//! Core Monitor: configuration.
