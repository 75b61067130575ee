//! Core Monitor: simulation of the ports, for tests.

pub mod artifacts;
pub mod catalog_folder;
pub mod clock;
pub mod disk;
pub mod engine;
pub mod host_mounts;
pub mod host_ports;
pub mod host_statistics;
pub mod http_probe;
pub mod ids;
pub mod key_list_source;
pub mod link;
pub mod passwords;
pub mod runtime_clock;
pub mod stack_folder;
pub mod store;
pub mod vault;
