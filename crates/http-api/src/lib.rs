//! Core Monitor: http-api.
