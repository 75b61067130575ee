//! End-to-end tests: the real programs on a real Docker Engine.
//!
//! Every test starts its own server and worker with its own data folder, uses them like any client, and checks the
//! API's answers against the engine itself. The tests need the built programs (`cargo build --workspace`), a Docker
//! Engine at `DOCKER_HOST` or its default socket, and the images of `tests/setup/images.sh`; without these they fail
//! with a message. `tests/run.sh` sets everything up.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot go on should stop, and tell what it knows"
)]

mod harness;

mod backup;
mod builds;
mod burst;
mod cancel;
mod catalog;
mod compose_deployment;
mod container_files;
mod crash;
mod definitions;
mod delete;
mod demo_graphs;
mod demo_previews;
mod deploy;
mod docker_run;
mod engine_down;
mod engine_tls;
mod failures;
mod first_apply;
mod first_start;
mod foreign;
mod full_disk;
mod host;
mod import;
mod interrupted;
mod jobs;
mod logs;
mod named_secrets;
mod on_demand;
mod openid;
mod output;
mod platforms;
mod policy;
mod power;
mod preconditions;
mod progress;
mod project_folder;
mod reapply;
mod registries;
mod retention;
mod rollback;
mod runnable;
mod secret_variables;
mod spoofed;
mod statistics;
mod stored_plan;
mod tasks;
mod templates;
mod terminals;
mod two_workers;
mod update;
mod uploads;
mod users;
