//! Registries: their names and credentials.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::image::ImageRef;

/// `host[:port]` of a registry, normalized. Docker Hub is `docker.io`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RegistryHost(String);

/// Docker Hub, the registry of images without a host.
const HUB: &str = "docker.io";
/// Its other names.
const HUB_ALIASES: [&str; 4] =
    ["index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com"];
/// The longest host name, with a port.
const LONGEST: usize = 253 + 6;

/// Text that is not the host of a registry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a registry's host; write for example `docker.io` or `registry.example.com:5000`")]
pub struct RegistryHostError(String);

impl RegistryHost {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key under which an engine looks up the credentials of this registry during a build.
    pub fn engine_key(&self) -> &str {
        if self.0 == HUB { "https://index.docker.io/v1/" } else { &self.0 }
    }
}

impl FromStr for RegistryHost {
    type Err = RegistryHostError;

    fn from_str(text: &str) -> Result<Self, RegistryHostError> {
        let host = text.to_ascii_lowercase();
        let (name, port) = host.rsplit_once(':').filter(|(name, _)| !name.ends_with(':')).map_or(
            (host.as_str(), None),
            |(name, port)| {
                if port.ends_with(']') { (host.as_str(), None) } else { (name, Some(port)) }
            },
        );
        let label = |part: &str| {
            let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
            !part.is_empty() && part.bytes().all(inner) && !part.starts_with('-') && !part.ends_with('-')
        };
        let address = |name: &str| {
            let inside = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            inside.is_some_and(|inside| inside.parse::<std::net::Ipv6Addr>().is_ok())
        };
        let valid = (name.split('.').all(label) || address(name))
            && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port != 0))
            && host.len() <= LONGEST;
        if !valid {
            return Err(RegistryHostError(text.to_owned()));
        }
        Ok(Self(if HUB_ALIASES.contains(&host.as_str()) { HUB.to_owned() } else { host }))
    }
}

impl fmt::Display for RegistryHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for RegistryHost {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl ImageRef {
    /// The registry of an image. As usual in Docker, the first component of a name is a host if it contains a dot or a
    /// port, or is `localhost`; otherwise the name is on Docker Hub.
    pub fn registry(&self) -> RegistryHost {
        let first = self.name().split_once('/').map(|(first, _)| first);
        let host = first.filter(|first| first.contains(['.', ':']) || *first == "localhost");
        host.and_then(|host| host.parse().ok()).unwrap_or_else(|| RegistryHost(HUB.to_owned()))
    }
}

/// Credentials for a registry. The `Debug` output does not show them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The account.
    pub username: String,
    /// Its password, or a token.
    pub password: String,
}

/// The credentials cannot be sent to a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// The first colon ends the name (RFC 7617).
    #[error("the user name contains a colon, which registries take for the end of the name")]
    Colon,
    /// A header cannot carry them.
    #[error("the user name or the password contains a control character")]
    Control,
}

impl Credentials {
    /// Checks that a registry would be sent what was meant. The error repeats neither value.
    pub fn check(&self) -> Result<(), CredentialsError> {
        if self.username.contains(':') {
            return Err(CredentialsError::Colon);
        }
        if self.username.chars().chain(self.password.chars()).any(char::is_control) {
            return Err(CredentialsError::Control);
        }
        Ok(())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(image: &str, registry: &str) {
        assert_eq!(ImageRef::from(image).registry().as_str(), registry);
    }

    #[test]
    fn the_registry_of_an_image_is_recognised() {
        check("nginx", "docker.io");
        check("team/app:1", "docker.io");
        check("docker.io/library/nginx", "docker.io");
        check("index.docker.io/team/app", "docker.io");
        check("localhost/app", "localhost");
        check("Registry.Example:5000/team/app:1", "registry.example:5000");
        check("[::1]:5000/app", "[::1]:5000");
    }

    #[test]
    fn a_host_is_a_name_or_an_address_and_a_port() {
        let read = |text: &str| text.parse::<RegistryHost>().map(|host| host.0);
        assert_eq!(read("registry-1.docker.io"), Ok("docker.io".into()));
        assert_eq!(read("127.0.0.1:5000"), Ok("127.0.0.1:5000".into()));
        assert_eq!(read("[::1]"), Ok("[::1]".into()));
        for wrong in ["", "a/b", "a b", "https://a.b", "a:0", "a:70000", "a:b", ".a", "a..b", "-a", "[x]:1"] {
            assert_eq!(read(wrong), Err(RegistryHostError(wrong.to_owned())), "{wrong}");
        }
    }

    #[test]
    fn credentials_reach_the_registry_as_they_were_given() {
        let check = |username: &str, password: &str| {
            Credentials { username: username.into(), password: password.into() }.check()
        };
        assert_eq!(check("ann", "a:b c\u{e9}"), Ok(()));
        assert_eq!(check("ann:x", "y"), Err(CredentialsError::Colon));
        assert_eq!(check("ann\n", "y"), Err(CredentialsError::Control));
        assert_eq!(check("ann", "y\n"), Err(CredentialsError::Control));
    }

    #[test]
    fn credentials_are_not_printed() {
        let credentials = Credentials { username: "ann".into(), password: "canary".into() };
        assert_eq!(format!("{credentials:?}"), "Credentials(hidden)");
    }
}
