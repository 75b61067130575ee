//! The pure core of Core Monitor.
//!
//! A [`stack::Stack`] has immutable [`stack_version::StackVersion`]s. A version, converted to a
//! [`desired::DesiredStack`], and an [`observation::Observation`] of the engine give a [`plan::Plan`]:
//! [`planner::plan`] is a pure function, so the same input gives the same bytes. Writes are [`command::Command`]s in an
//! ordered queue; the traits in [`ports`] define what the core needs from outside.
//!
//! This crate has no clock, no randomness, no runtime, no files and no sockets. `planner` does not even depend on the
//! ports.
#![deny(missing_docs)]

pub mod access;
pub mod actor;
pub mod adoption;
pub mod alerts;
pub mod artifact;
pub mod attention;
mod attribute;
pub mod audit;
pub mod build_policy;
pub mod changes;
pub mod command;
pub mod container_file;
pub mod creation;
pub mod desired;
pub mod dockerignore;
pub mod doctor;
pub mod drift;
pub mod effect;
pub mod engine_event;
pub mod ids;
pub mod image;
pub mod inspection;
pub mod inventory;
pub mod journal;
mod keyed_hash;
pub mod labels;
pub mod logs;
pub mod named_secret;
pub mod names;
pub mod observation;
pub mod offer;
pub mod on_demand;
pub mod placement;
pub mod plan;
pub mod planner;
pub mod policy;
pub mod ports;
pub mod projection;
pub mod protection;
pub mod records;
pub mod registry;
pub mod release;
pub mod running_project;
pub(crate) mod said;
pub mod sealed_secret;
pub mod secret_variable;
pub mod session;
pub mod shared_objects;
pub mod stack;
pub mod stack_version;
pub mod statistics;
pub mod template;
mod templates;
pub mod terminal;
pub mod text;
pub mod time;
pub mod user;
mod wildcard;

pub use templates::templates;
