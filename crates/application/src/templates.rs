//! The sentences of this crate, for translators.

use core_monitor_message::Topic;

use crate::{server, worker};

/// Every sentence this crate says, by what it is about.
pub fn templates() -> Vec<Topic> {
    vec![
        Topic::new("Commands that fail, wait or go on", worker::said::ALL),
        Topic::new("Definitions, plans and imports", server::said::ALL),
    ]
}
