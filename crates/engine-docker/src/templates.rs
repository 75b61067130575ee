//! The sentences of this crate, for translators.

use core_monitor_message::Topic;

use crate::project;

/// Every sentence this crate says, by what it is about.
pub fn templates() -> Vec<Topic> {
    vec![Topic::new("Imports from the engine", project::said::ALL)]
}
