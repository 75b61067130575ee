//! End-to-end tests: the real programs on a real Docker Engine.
//!
//! Every test starts its own server and worker on a data folder of its own, speaks to them as any client does, and asks
//! the engine itself whether what the API says is true. They need the programs built (`cargo build --workspace`), a Docker
//! Engine at `DOCKER_HOST` or its usual socket, and the images of `tests/setup/images.sh`; without them they fail and say
//! so. `tests/run.sh` sets all of that up.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot go on should stop, and tell what it knows"
)]

mod harness;

mod builds;
mod burst;
mod cancel;
mod crash;
mod definitions;
mod delete;
mod docker_run;
mod engine_down;
mod failures;
mod first_apply;
mod foreign;
mod import;
mod jobs;
mod power;
mod preconditions;
mod progress;
mod project_folder;
mod reapply;
mod registries;
mod rollback;
mod runnable;
mod stored_plan;
mod two_workers;
mod update;
