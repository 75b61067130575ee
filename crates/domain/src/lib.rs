//! The pure core of Core Monitor.
//!
//! A [`stack::Stack`] has immutable [`stack_version::StackVersion`]s. A version, read as a
//! [`desired::DesiredStack`], and an [`observation::Observation`] of the engine give a [`plan::Plan`]:
//! [`planner::plan`] is a pure function, so the same input gives the same bytes. Writes are
//! [`command::Command`]s in one strictly ordered queue; the traits in [`ports`] say what the core needs from
//! the world around it.
//!
//! What this crate is not: it has no clock, no randomness, no runtime, no file, no socket. `planner` does not even
//! know the ports.
#![deny(missing_docs)]

pub mod adoption;
pub mod command;
pub mod command_event;
pub mod desired;
pub mod dockerignore;
pub mod effect;
pub mod ids;
pub mod image;
pub mod labels;
pub mod names;
pub mod observation;
pub mod plan;
pub mod planner;
pub mod ports;
pub mod registry;
pub mod release;
pub mod running_project;
pub mod stack;
pub mod stack_version;
pub mod time;
