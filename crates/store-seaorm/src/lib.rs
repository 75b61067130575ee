//! Core Monitor: store-seaorm.
