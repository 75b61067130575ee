//! Core Monitor: workspace tests.
