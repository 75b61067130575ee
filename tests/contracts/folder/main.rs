//! The port `StackFolder`: one suite for the simulation and for directories on a disk.
//!
//! Code that uses the port may rely on everything tested here, and on nothing else.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

/// Makes each function of a suite a test of each implementation.
macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        mod simulation {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name(&crate::bench::Bench::simulation()).await;
                }
            )*
        }
        mod directory {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name(&crate::bench::Bench::directory()).await;
                }
            )*
        }
    };
}

mod bench;
mod disk;
mod suite;
