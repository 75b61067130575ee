//! A `docker run` line as a definition. Pure: nothing is saved, and the line is not run.

pub use core_monitor_compose::docker_run::{CommandError, Converted, convert as convert_docker_run};
