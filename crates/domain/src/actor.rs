//! The actor behind an action, and whom it acts for: one type from the request to the stored record.
//!
//! It is text only at the edges, in stored rows and in JSON, with one form:
//!
//! ```text
//! user:<id>:<name>
//! token:<id>:<name>        token:-:<name>  if the id was not recorded
//! system:<part>            system:<part> for <user or token>
//! ```
//!
//! The name comes last, so it may contain any character that a name allows, and the text parses to the same actor.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ids::{TokenId, UserId};

/// An actor.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Actor {
    /// Someone outside who requested it.
    Principal(Principal),
    /// Core Monitor itself.
    System {
        /// The part.
        part: SystemPart,
        /// The requester, if the part only carries out a request.
        on_behalf_of: Option<Principal>,
    },
}

/// Someone outside who can make requests.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Principal {
    /// Somebody who has signed in by name.
    User {
        /// The user.
        id: UserId,
        /// What they sign in with.
        name: ActorName,
    },
    /// The holder of an API token.
    Token {
        /// The token; `None` only in old records that contain just the name.
        id: Option<TokenId>,
        /// Its name.
        name: ActorName,
    },
}

/// A part of Core Monitor that acts by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SystemPart {
    /// The server, which answers requests.
    Server,
    /// The worker, which changes the engine.
    Worker,
    /// The gateway, which admits requests and wakes sleeping stacks.
    Gateway,
}

impl SystemPart {
    /// Every part.
    pub const ALL: [Self; 3] = [Self::Server, Self::Worker, Self::Gateway];

    /// The name in the text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Worker => "worker",
            Self::Gateway => "gateway",
        }
    }
}

/// The name of a user or a token: short, on one line, and without invisible characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorName(Arc<str>);

/// Why text is not a valid name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActorNameError {
    /// Empty, or only spaces.
    #[error("a name cannot be empty")]
    Empty,
    /// Too long.
    #[error("the name has {length} characters; at most {limit} are allowed")]
    TooLong {
        /// Its length in characters.
        length: usize,
        /// The limit in characters.
        limit: usize,
    },
    /// Invisible characters could imitate another name or break the line.
    #[error("a name cannot contain the invisible character `{character}`")]
    Invisible {
        /// The character, escaped.
        character: String,
    },
}

impl ActorName {
    /// The maximum length in characters.
    pub const LONGEST: usize = 64;

    /// Checks `text` and trims spaces.
    pub fn new(text: &str) -> Result<Self, ActorNameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ActorNameError::Empty);
        }
        let length = text.chars().count();
        if length > Self::LONGEST {
            return Err(ActorNameError::TooLong { length, limit: Self::LONGEST });
        }
        if let Some(character) = text.chars().find(|character| is_invisible(*character)) {
            return Err(ActorNameError::Invisible { character: character.escape_unicode().to_string() });
        }
        Ok(Self(text.into()))
    }

    /// A name from text that was stored before names were checked: invalid characters are replaced and excess length is
    /// cut.
    pub(crate) fn from_unchecked(text: &str) -> Self {
        let visible =
            |character| if is_invisible(character) { char::REPLACEMENT_CHARACTER } else { character };
        let kept: String = text.trim().chars().map(visible).take(Self::LONGEST).collect();
        // Cutting may have left a trailing space.
        let kept = kept.trim();
        Self(if kept.is_empty() { "nameless".into() } else { kept.into() })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters, and those that have no width or change the writing direction: two names that differ by them look the same.
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

impl fmt::Display for ActorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ActorName {
    type Err = ActorNameError;

    fn from_str(text: &str) -> Result<Self, ActorNameError> {
        Self::new(text)
    }
}

impl Principal {
    /// Its name.
    pub fn name(&self) -> &ActorName {
        match self {
            Self::User { name, .. } | Self::Token { name, .. } => name,
        }
    }
}

impl Actor {
    /// The maximum length of its text in bytes, for stores.
    pub const LONGEST_TEXT: usize = 384;

    /// A part of Core Monitor acting by itself.
    pub fn system(part: SystemPart) -> Self {
        Self::System { part, on_behalf_of: None }
    }

    /// The worker acting by itself.
    pub fn worker() -> Self {
        Self::system(SystemPart::Worker)
    }

    /// The server acting by itself.
    pub fn server() -> Self {
        Self::system(SystemPart::Server)
    }

    /// The holder of a token.
    pub fn token(id: TokenId, name: ActorName) -> Self {
        Principal::Token { id: Some(id), name }.into()
    }

    /// Parses stored text of any release.
    ///
    /// Rows of the first releases contain `worker`, `server`, or the plain name of a token. Rows are append-only, so
    /// they keep that form and are interpreted here; the two words were never names of tokens. Text in today's form is
    /// parsed as such.
    pub fn from_stored(text: &str) -> Self {
        if let Ok(actor) = text.parse() {
            return actor;
        }
        match text {
            "worker" => Self::worker(),
            "server" => Self::server(),
            name => Principal::Token { id: None, name: ActorName::from_unchecked(name) }.into(),
        }
    }

    /// What the first releases wrote for the same actor; `None` if they did not have such an actor. A search for an
    /// actor's records has to include both texts.
    pub fn former_text(&self) -> Option<&str> {
        match self {
            Self::Principal(Principal::Token { name, .. }) => Some(name.as_str()),
            Self::System { part: part @ (SystemPart::Worker | SystemPart::Server), on_behalf_of: None } => {
                Some(part.as_str())
            }
            Self::Principal(Principal::User { .. }) | Self::System { .. } => None,
        }
    }

    /// The display name: the name alone, or the part.
    pub fn label(&self) -> &str {
        match self {
            Self::Principal(principal) => principal.name().as_str(),
            Self::System { part, .. } => part.as_str(),
        }
    }

    /// The requester: the actor itself, or whom a part of Core Monitor acts for.
    pub fn principal(&self) -> Option<&Principal> {
        match self {
            Self::Principal(principal) => Some(principal),
            Self::System { on_behalf_of, .. } => on_behalf_of.as_ref(),
        }
    }
}

impl From<Principal> for Actor {
    fn from(principal: Principal) -> Self {
        Self::Principal(principal)
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User { id, name } => write!(f, "user:{id}:{name}"),
            Self::Token { id: Some(id), name } => write!(f, "token:{id}:{name}"),
            Self::Token { id: None, name } => write!(f, "token:-:{name}"),
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Principal(principal) => principal.fmt(f),
            Self::System { part, on_behalf_of: None } => write!(f, "system:{}", part.as_str()),
            Self::System { part, on_behalf_of: Some(principal) } => {
                write!(f, "system:{} for {principal}", part.as_str())
            }
        }
    }
}

/// Text that is not an actor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an actor; expected for example `token:<id>:<name>` or `system:worker`")]
pub struct ActorError(String);

impl FromStr for Principal {
    type Err = ActorError;

    fn from_str(text: &str) -> Result<Self, ActorError> {
        // Only the printed form is accepted: two texts must not mean the same actor.
        principal(text).filter(|found| found.to_string() == text).ok_or_else(|| refused(text))
    }
}

fn principal(text: &str) -> Option<Principal> {
    if let Some(user) = text.strip_prefix("user:") {
        let (id, name) = user.split_once(':')?;
        return Some(Principal::User { id: id.parse().ok()?, name: name.parse().ok()? });
    }
    let (id, name) = text.strip_prefix("token:")?.split_once(':')?;
    let id = if id == "-" { None } else { Some(id.parse().ok()?) };
    Some(Principal::Token { id, name: name.parse().ok()? })
}

impl FromStr for Actor {
    type Err = ActorError;

    fn from_str(text: &str) -> Result<Self, ActorError> {
        let Some(system) = text.strip_prefix("system:") else { return Ok(Self::Principal(text.parse()?)) };
        let (word, on_behalf_of) = match system.split_once(" for ") {
            Some((word, principal)) => (word, Some(principal.parse()?)),
            None => (system, None),
        };
        let part = SystemPart::ALL.into_iter().find(|part| part.as_str() == word);
        Ok(Self::System { part: part.ok_or_else(|| refused(text))?, on_behalf_of })
    }
}

fn refused(text: &str) -> ActorError {
    ActorError(text.chars().take(60).collect::<String>().escape_debug().to_string())
}

impl TryFrom<String> for Actor {
    type Error = ActorError;

    fn try_from(text: String) -> Result<Self, ActorError> {
        text.parse()
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> String {
        actor.to_string()
    }
}

#[cfg(test)]
mod tests;
