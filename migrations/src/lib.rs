//! Core Monitor: migrations.
