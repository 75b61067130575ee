//! The sentences of this crate, for translators.

use core_monitor_message::Topic;

use crate::{autostart, canonical, consistency, docker_run, lint, said, schema, yaml};

/// Every sentence this crate says, by what it is about.
pub fn templates() -> Vec<Topic> {
    vec![
        Topic::new("Files that cannot be read, and words that many sentences use", said::ALL),
        Topic::new("YAML", yaml::said::ALL),
        Topic::new("The shape of a definition", schema::said::ALL),
        Topic::new("Values of attributes", canonical::said::ALL),
        Topic::new("Contradictions and references in a definition", consistency::said::ALL),
        Topic::new("Findings before production", lint::said::ALL),
        Topic::new("Conversion of `docker run`", docker_run::said::ALL),
        Topic::new("Conversion of autostart configurations", autostart::said::ALL),
    ]
}
