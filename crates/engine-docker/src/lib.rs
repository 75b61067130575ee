//! Core Monitor: engine-docker.
