//! Conversion of other formats to compose files.

pub(crate) mod autostart;
pub(crate) mod docker_run;
