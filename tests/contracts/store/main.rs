//! The store ports: one suite per port, for the simulation and for SQLite.
//!
//! Code that uses the ports may rely on everything tested here, and on nothing else.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]

/// Makes each function of a suite a test of each implementation.
macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        mod simulation {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name(&crate::fixture::Fixture::simulation()).await;
                }
            )*
        }
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name(&crate::fixture::Fixture::sqlite().await).await;
                }
            )*
        }
    };
}

mod adoption_store;
mod alert_store;
mod applied_at_once;
mod audit_log;
mod change_marks;
mod command_queue;
mod creation_store;
mod deployments;
mod fixture;
mod held;
mod host;
mod instance_store;
mod key_list_store;
mod lanes;
mod lockstep;
mod observation_store;
mod on_demand_store;
mod plan_store;
mod policy_store;
mod races;
mod registry_store;
mod retention;
mod rollout_store;
mod sealed_records;
mod secret_store;
mod session_store;
mod settings;
mod sqlite;
mod stack_labels;
mod stack_store;
mod statistics_store;
mod template_store;
mod token_store;
mod user_store;
mod version_records;
mod wakeup;
mod worker_lock;
mod worker_queue;
