//! The sentences of this crate, for translators.

use core_monitor_message::Topic;

use crate::{
    alerts, artifact, attention, attribute, command, container_file, desired, doctor, drift, engine_event,
    inventory, journal, named_secret, names, offer, on_demand, plan, planner, policy, protection, said,
    stack, template, terminal,
};

/// Every sentence this crate says, by what it is about.
pub fn templates() -> Vec<Topic> {
    vec![
        Topic::new("Commands in containers", terminal::said::ALL),
        Topic::new("Files in containers", container_file::said::ALL),
        Topic::new("Names", names::said::ALL),
        Topic::new("Labels of stacks", stack::said::ALL),
        Topic::new("Artifacts and slots", artifact::said::ALL),
        Topic::new("Definitions that cannot be carried out", desired::refused::ALL),
        Topic::new("Services that wake on demand", on_demand::said::ALL),
        Topic::new("Values in definitions", attribute::said::ALL),
        Topic::new("Imports that lose something", desired::said::ALL),
        Topic::new("Steps and causes", plan::said::ALL),
        Topic::new("Blockers and notes of plans", planner::said::ALL),
        Topic::new("What no stack gets", protection::said::ALL),
        Topic::new("What the policy does not allow", policy::said::ALL),
        Topic::new("Named secrets", named_secret::said::ALL),
        Topic::new("Differences that no definition can say", drift::said::ALL),
        Topic::new("Pruning", inventory::said::ALL),
        Topic::new("Events of the engine", engine_event::said::ALL),
        Topic::new("Commands", command::said::ALL),
        Topic::new("What can be done with stacks and commands", offer::said::ALL),
        Topic::new("The journal", journal::said::ALL),
        Topic::new("The engine and the folders of stacks", said::ALL),
        Topic::new("What needs attention", attention::said::ALL),
        Topic::new("Alerts", alerts::said::ALL),
        Topic::new("The doctor", doctor::said::ALL),
        Topic::new("Templates", template::said::ALL),
    ]
}
