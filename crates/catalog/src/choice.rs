//! What a person chose.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::sleep::Sleep;

/// The components of a stack, in the order of the choice.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choices {
    /// The components.
    pub components: Vec<Choice>,
}

/// A component.
#[derive(Clone, Default, PartialEq)]
pub struct Choice {
    /// The id of its entry.
    pub entry: String,
    /// Its name in the stack.
    pub name: String,
    /// The id of its version; the usual one if absent.
    pub version: Option<String>,
    /// The image in place of that of the version, for instance of a mirror; only for entries with versions.
    pub image: Option<String>,
    /// Values of options, by id. Those that are not here have their defaults.
    pub options: BTreeMap<String, Json>,
    /// The names of the components it uses, by requirement.
    pub connect: BTreeMap<String, String>,
    /// How it wakes and sleeps, if it does.
    pub sleep: Option<Sleep>,
}

impl Choices {
    /// Most components of a stack.
    pub const MOST: usize = 100;
}

/// Values may be secrets.
impl std::fmt::Debug for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Choice");
        shown.field("entry", &self.entry).field("name", &self.name).field("version", &self.version);
        shown.field("image", &self.image).field("sleep", &self.sleep);
        shown.field("options", &self.options.keys().collect::<Vec<_>>());
        shown.field("connect", &self.connect).finish()
    }
}
