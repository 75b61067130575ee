//! The harness: the programs, a client, direct access to the engine, and a proxy in between.

mod api;
mod authority;
mod clock;
mod engine;
mod events;
mod installation;
mod log;
mod message;
mod process;
mod program;
mod project;
mod provider;
mod proxy;
mod registry;
mod small_disk;
mod stack;
mod terminal;
mod tls_engine;
pub(crate) mod web;

pub(crate) use api::{Answer, Api};
pub(crate) use authority::Authority;
pub(crate) use clock::{moment, pass, poll, stopwatch};
pub(crate) use engine::{Stranger, docker, free_port, host, inspect, labelled, remove_labelled, try_docker};
pub(crate) use installation::Installation;
pub(crate) use process::Process;
pub(crate) use program::{built, command, programs, script};
pub(crate) use project::Project;
pub(crate) use provider::{Provider, Return};
pub(crate) use proxy::{Blow, Moment, Proxy, Trap};
pub(crate) use registry::Registry;
pub(crate) use small_disk::SmallDisk;
pub(crate) use stack::{Command, Stack, YAML, unique};
pub(crate) use terminal::Terminal;
pub(crate) use tls_engine::TlsEngine;
