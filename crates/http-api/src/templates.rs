//! The sentences of this crate, for translators.

use core_monitor_message::Topic;

use crate::{request, said, v1};

/// Every sentence this crate says, by what it is about.
pub fn templates() -> Vec<Topic> {
    vec![
        Topic::new("Requests that are malformed", request::said::ALL),
        Topic::new("Requests that are refused", said::ALL),
        Topic::new("Logs", v1::logs::said::ALL),
    ]
}
