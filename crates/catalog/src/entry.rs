//! What a person can choose.

use crate::option::EntryOption;
use crate::template::Template;
use crate::words::words;

/// A text in every language of the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A part of a stack.
    Component,
    /// Several components with their connections.
    Application,
}

impl Kind {
    /// Both kinds.
    pub const ALL: &'static [Self] = &[Self::Component, Self::Application];

    /// The name in files and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Application => "application",
        }
    }
}

/// Where an entry comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From this crate.
    BuiltIn,
    /// From the folder of the installation.
    Folder,
}

impl Origin {
    /// Both origins.
    pub const ALL: &'static [Self] = &[Self::BuiltIn, Self::Folder];

    /// The name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BuiltIn => "built_in",
            Self::Folder => "folder",
        }
    }
}

words! {
    /// What an entry is for.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    Category {
        /// Databases.
        Database = "database",
        /// Caches.
        Cache = "cache",
        /// Message brokers.
        Broker = "broker",
        /// Search engines.
        Search = "search",
        /// Object stores and registries.
        Storage = "storage",
        /// Web servers and proxies.
        Web = "web",
        /// What runs the user's own programs.
        Runtime = "runtime",
        /// Monitoring.
        Monitoring = "monitoring",
        /// What takes deployments.
        Middleware = "middleware",
        /// Tools for operating the others.
        Tool = "tool",
        /// Complete applications.
        Application = "application",
    }
}

/// An entry of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Part or application.
    pub kind: Kind,
    /// What it is for.
    pub category: Category,
    /// Its name, the same in every language.
    pub name: String,
    /// One sentence about it.
    pub summary: Text,
    /// The name of a drawing.
    pub icon: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
    /// Versions, the usual one first.
    pub versions: Vec<Version>,
    /// What can be chosen.
    pub options: Vec<EntryOption>,
    /// What is generated.
    pub secrets: Vec<Secret>,
    /// What it offers to others.
    pub provides: Vec<Provision>,
    /// What it needs from others.
    pub requires: Vec<Requirement>,
    /// The sections of the compose file, or the components of an application.
    pub(crate) body: Template,
}

/// A version of what an entry runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: String,
    /// The reference of its image.
    pub image: String,
}

/// A value that is generated when the stack is saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Secret {
    /// Its id.
    pub id: String,
    /// What it is.
    pub label: Text,
    /// How it is generated.
    pub generate: Generate,
    /// The name of its variable.
    pub(crate) variable: Template,
}

/// How a secret is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generate {
    /// Number of characters.
    pub length: u16,
    /// Which characters.
    pub alphabet: Alphabet,
}

impl Generate {
    /// Least number of characters.
    pub const SHORTEST: u16 = 8;
    /// Greatest number of characters.
    pub const LONGEST: u16 = 1024;
    /// Number of characters unless the entry says otherwise.
    pub const USUAL: u16 = 32;
}

/// The characters of a generated value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// Letters and digits.
    Alphanumeric,
    /// Lower-case letters and digits.
    LowerAlphanumeric,
    /// Letters, digits, `-` and `_`.
    UrlSafe,
    /// Lower-case hexadecimal digits.
    Hex,
    /// Digits.
    Digits,
}

/// What a component offers.
#[derive(Debug, Clone, PartialEq)]
pub struct Provision {
    /// Its id.
    pub id: String,
    /// What it is, see [`interfaces`](crate::interfaces).
    pub interface: String,
    /// Its name.
    pub label: Text,
    /// The service that offers it.
    pub(crate) service: Template,
    /// The network it is reached on.
    pub(crate) network: Template,
    /// When it can be used: a condition of `depends_on`.
    pub(crate) ready: String,
    /// Its values.
    pub(crate) values: Vec<(String, Template)>,
}

/// What a component needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// Its id.
    pub id: String,
    /// What it can use, the best first.
    pub interfaces: Vec<String>,
    /// Whether it works without.
    pub optional: bool,
    /// Its name.
    pub label: Text,
    /// The services that are connected.
    pub(crate) services: Vec<Template>,
    /// The environment that a connection adds.
    pub(crate) environment: Vec<(String, Template)>,
    /// The same for one interface.
    pub(crate) by_interface: Vec<(String, Vec<(String, Template)>)>,
}

impl Entry {
    /// The option with this id.
    pub fn option(&self, id: &str) -> Option<&EntryOption> {
        self.options.iter().find(|option| option.id == id)
    }

    /// Ports inside the containers that may be published, as far as they do not depend on options.
    pub fn ports(&self) -> Vec<u16> {
        let mut found: Vec<u16> = self.services().flat_map(|(_, service)| published(service)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether applications can be deployed into it.
    pub fn deploys(&self) -> bool {
        self.services().any(|(_, service)| {
            service.get("x-core-monitor").is_some_and(|extension| extension.get("deploy").is_some())
        })
    }

    /// The services of a component by their keys as they are written.
    pub(crate) fn services(&self) -> impl Iterator<Item = (String, &Template)> {
        self.body.get("services").into_iter().flat_map(Template::entries)
    }
}

/// The targets of the `ports` of a service.
fn published(service: &Template) -> Vec<u16> {
    let items = service.get("ports").map(Template::possible).unwrap_or_default();
    items.into_iter().filter_map(crate::fill::target_port).collect()
}
