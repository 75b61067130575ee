//! Core Monitor: application.
