//! Other ways of saying what a definition says.

pub(crate) mod docker_run;
