//! What the stories stand on: the programs, a client, the engine's own word, and a proxy in between.

mod api;
mod clock;
mod engine;
mod events;
mod installation;
mod log;
mod message;
mod process;
mod program;
mod project;
mod proxy;
mod registry;
mod stack;

pub(crate) use api::{Answer, Api};
pub(crate) use clock::{moment, poll, stopwatch};
pub(crate) use engine::{Stranger, docker, free_port, host, inspect, labelled, try_docker};
pub(crate) use installation::Installation;
pub(crate) use program::command;
pub(crate) use project::Project;
pub(crate) use proxy::{Moment, Proxy, Trap};
pub(crate) use registry::Registry;
pub(crate) use stack::{Command, Stack, unique};
