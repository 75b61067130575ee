//! What a person is told when nobody is looking: which facts are worth an alert, when it is told, and in which words.
//!
//! A program gathers [`Facts`], which are values, and shows them to a [`Watch`], which answers with the [`Alert`]s that are due.
//! A port, [`AlertChannel`](crate::ports::AlertChannel), sends them. What needs attention on a screen is judged by
//! [`attention`](crate::attention); alerts are made from the same facts and add patience, memory and a limit.

mod alert;
mod channel_instance;
mod fact;
mod kind;
mod of_attention;
mod of_start;
pub(crate) mod said;
mod severity;
mod watch;
mod wording;

pub use alert::{Alert, AlertKey, Phase, Subject};
pub use channel_instance::InstanceInfo;
pub use fact::{Fact, Facts, Restarts, StackRef, Unseen};
pub use kind::AlertKind;
pub use of_start::FAILED_STARTS;
pub use severity::AlertSeverity;
pub use watch::{
    FLAPPING_WITHIN, FLAPS, LIMIT, LIMIT_WITHIN, LOOP_RESTARTS, LOOP_WITHIN, REMIND_EVERY, Watch, WatchState,
};
