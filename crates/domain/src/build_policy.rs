//! What builds may do to others on the same host.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What builds may do, as the operator decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BuildPolicy {
    /// The networks for build steps, see [`BuildNetworks`].
    pub networks: BuildNetworks,
    /// Whether a build may move the name of an image that containers outside the stack use.
    pub foreign_tags: ForeignTags,
}

impl Default for BuildPolicy {
    /// Neither the host's network nor the images of others.
    fn default() -> Self {
        Self { networks: BuildNetworks::default(), foreign_tags: ForeignTags::Refuse }
    }
}

/// The networks that build steps may use. The first one is used where a definition names none. In the network of the
/// host, steps reach everything that listens on its loopback address only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildNetworks(Vec<String>);

impl BuildNetworks {
    /// The engine's own choice: its default bridge.
    const DEFAULT: &'static str = "default";

    /// Whether a definition may name this one.
    pub fn allow(&self, network: &str) -> bool {
        self.0.iter().any(|allowed| allowed == network)
    }

    /// The network of a build that names none; `None` for the engine's own choice.
    pub fn usual(&self) -> Option<&str> {
        self.0.first().map(String::as_str).filter(|network| *network != Self::DEFAULT)
    }
}

impl Default for BuildNetworks {
    fn default() -> Self {
        Self(vec![Self::DEFAULT.to_owned(), "none".to_owned()])
    }
}

impl FromStr for BuildNetworks {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let networks: Vec<String> = text.split(',').map(|network| network.trim().to_owned()).collect();
        if networks.iter().any(String::is_empty) {
            return Err(
                "expected names of networks with commas between them, such as `default,none`".to_owned()
            );
        }
        Ok(Self(networks))
    }
}

impl fmt::Display for BuildNetworks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

/// What happens if a build would move the name of an image that containers outside the stack use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForeignTags {
    /// The plan is blocked.
    Refuse,
    /// The plan has a note.
    Warn,
}

impl FromStr for ForeignTags {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "refuse" => Ok(Self::Refuse),
            "warn" => Ok(Self::Warn),
            other => Err(format!("`{other}` is neither `refuse` nor `warn`")),
        }
    }
}

impl fmt::Display for ForeignTags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refuse => "refuse",
            Self::Warn => "warn",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_networks_are_a_list_whose_first_one_is_usual() {
        assert_eq!(BuildNetworks::default(), "default, none".parse().unwrap());
        assert_eq!(BuildNetworks::default().usual(), None);
        let closed: BuildNetworks = "none,host".parse().unwrap();
        assert_eq!((closed.usual(), closed.to_string().as_str()), (Some("none"), "none,host"));
        assert!(closed.allow("host") && !closed.allow("default"));
        assert!("none,,host".parse::<BuildNetworks>().is_err());
    }
}
