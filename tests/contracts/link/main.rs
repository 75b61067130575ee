//! The port `EngineLink`: one suite for the simulation and for a socket with the same simulation as the worker.
//!
//! Code that uses the port may rely on everything tested here, and on nothing else. What only a socket has, windows and
//! invalid frames, is tested in `crates/engine-link`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

/// Makes each function of a suite a test of each implementation.
macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        mod simulation {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name(&mut crate::bench::Bench::simulation()).await;
                }
            )*
        }
        mod socket {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name(&mut crate::bench::Bench::socket()).await;
                }
            )*
        }
    };
}

mod bench;
mod files;
mod folders;
mod objects;
mod statistics;
mod suite;
mod terminals;
