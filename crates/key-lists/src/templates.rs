//! The sentences of this crate, for translators.

use core_monitor_message::Topic;

use crate::said;

/// Every sentence this crate says, by what it is about.
pub fn templates() -> Vec<Topic> {
    vec![Topic::new("Asking for lists of keys", said::ALL)]
}
