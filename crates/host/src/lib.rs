//! What the machine gives: time, identities, a key, and the folders of stacks.
//!
//! The only crate that asks the operating system what time it is or for random bytes. Everything else gets both through
//! the ports, so that tests can decide them.
#![deny(missing_docs)]

mod clock;
mod ids;
mod stack_folder;
mod vault;

pub use clock::SystemClock;
pub use ids::{RandomnessUnavailable, SystemIdSource};
pub use stack_folder::DirectoryStackFolder;
pub use vault::{KeyFileError, KeyFileVault};
