//! Resources: what an action applies to.

use std::fmt;
use std::str::FromStr;

use crate::actor::ActorName;
use crate::ids::{CommandId, ContainerId, PlanId, SessionId, StackId};
use crate::named_secret::NamedSecretName;
use crate::names::TemplateName;
use crate::registry::RegistryHost;
use crate::user::UserName;

/// A resource, named before it is looked up: it need not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// The installation as a whole: its lists, and resources to be created.
    Installation,
    /// A stack, with its versions and containers.
    Stack(StackId),
    /// A template, by name.
    Template(TemplateName),
    /// A command.
    Command(CommandId),
    /// A stored plan.
    Plan(PlanId),
    /// A compose project on the host, by the given name.
    Project(String),
    /// A registry.
    Registry(RegistryHost),
    /// The named secret of this name.
    Secret(NamedSecretName),
    /// The token of this name.
    Token(ActorName),
    /// The user of this name.
    User(UserName),
    /// A session of a browser.
    Session(SessionId),
    /// A container, by id or name.
    Container(ContainerId),
    /// A volume, by name.
    Volume(String),
}

/// The kinds of resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceKind {
    /// See [`Resource::Installation`].
    Installation,
    /// See [`Resource::Stack`].
    Stack,
    /// See [`Resource::Template`].
    Template,
    /// See [`Resource::Command`].
    Command,
    /// See [`Resource::Plan`].
    Plan,
    /// See [`Resource::Project`].
    Project,
    /// See [`Resource::Registry`].
    Registry,
    /// See [`Resource::Secret`].
    Secret,
    /// See [`Resource::Token`].
    Token,
    /// See [`Resource::User`].
    User,
    /// See [`Resource::Session`].
    Session,
    /// See [`Resource::Container`].
    Container,
    /// See [`Resource::Volume`].
    Volume,
}

impl ResourceKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Installation,
        Self::Stack,
        Self::Template,
        Self::Command,
        Self::Plan,
        Self::Project,
        Self::Registry,
        Self::Secret,
        Self::Token,
        Self::User,
        Self::Session,
        Self::Container,
        Self::Volume,
    ];

    /// The name in texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Installation => "installation",
            Self::Stack => "stack",
            Self::Template => "template",
            Self::Command => "command",
            Self::Plan => "plan",
            Self::Project => "project",
            Self::Registry => "registry",
            Self::Secret => "secret",
            Self::Token => "token",
            Self::User => "user",
            Self::Session => "session",
            Self::Container => "container",
            Self::Volume => "volume",
        }
    }
}

impl ResourceKind {
    /// Whether one is a stack, belongs to one, or is a template, so that a grant can be for it by name.
    pub fn has_name(self) -> bool {
        matches!(self, Self::Stack | Self::Template | Self::Command | Self::Plan | Self::Container)
    }
}

impl Resource {
    /// Its kind.
    pub fn kind(&self) -> ResourceKind {
        match self {
            Self::Installation => ResourceKind::Installation,
            Self::Stack(_) => ResourceKind::Stack,
            Self::Template(_) => ResourceKind::Template,
            Self::Command(_) => ResourceKind::Command,
            Self::Plan(_) => ResourceKind::Plan,
            Self::Project(_) => ResourceKind::Project,
            Self::Registry(_) => ResourceKind::Registry,
            Self::Secret(_) => ResourceKind::Secret,
            Self::Token(_) => ResourceKind::Token,
            Self::User(_) => ResourceKind::User,
            Self::Session(_) => ResourceKind::Session,
            Self::Container(_) => ResourceKind::Container,
            Self::Volume(_) => ResourceKind::Volume,
        }
    }
}

/// `<kind>:<name>`, or `installation`: the form stored in the audit.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind().as_str();
        match self {
            Self::Installation => f.write_str(kind),
            Self::Stack(id) => write!(f, "{kind}:{id}"),
            Self::Template(name) => write!(f, "{kind}:{name}"),
            Self::Command(id) => write!(f, "{kind}:{id}"),
            Self::Plan(id) => write!(f, "{kind}:{id}"),
            Self::Project(name) | Self::Volume(name) => write!(f, "{kind}:{name}"),
            Self::Registry(host) => write!(f, "{kind}:{host}"),
            Self::Secret(name) => write!(f, "{kind}:{name}"),
            Self::Token(name) => write!(f, "{kind}:{name}"),
            Self::User(name) => write!(f, "{kind}:{name}"),
            Self::Session(id) => write!(f, "{kind}:{id}"),
            Self::Container(id) => write!(f, "{kind}:{id}"),
        }
    }
}

/// Text that is not a resource.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a resource: expected `<kind>:<name>` or `installation`")]
pub struct ResourceError;

impl FromStr for Resource {
    type Err = ResourceError;

    fn from_str(text: &str) -> Result<Self, ResourceError> {
        let (kind, name) = text.split_once(':').unwrap_or((text, ""));
        let read = match kind {
            "installation" => Some(Self::Installation),
            "stack" => name.parse().ok().map(Self::Stack),
            "template" => name.parse().ok().map(Self::Template),
            "command" => name.parse().ok().map(Self::Command),
            "plan" => name.parse().ok().map(Self::Plan),
            "project" => Some(Self::Project(name.to_owned())),
            "registry" => name.parse().ok().map(Self::Registry),
            "secret" => name.parse().ok().map(Self::Secret),
            "token" => name.parse().ok().map(Self::Token),
            "user" => name.parse().ok().map(Self::User),
            "session" => name.parse().ok().map(Self::Session),
            "container" => Some(Self::Container(ContainerId(name.to_owned()))),
            "volume" => Some(Self::Volume(name.to_owned())),
            _ => None,
        };
        // Only the printed form is accepted: two texts must not mean the same resource.
        read.filter(|read| read.to_string() == text).ok_or(ResourceError)
    }
}
