//! `configs` and `secrets`: files mounted into a container rather than built into its image.

use super::{Extensions, is_false};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A top-level config. Unless it is external, it has exactly one of `file`, `content` and `environment`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// Name on the engine.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Absolute path of the source file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The variable that provides the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Inline content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The value of the `environment` variable when the project was loaded. It has an extension key, so that the printed
    /// model is again a valid compose file.
    #[serde(default, rename = "x-value", skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Created outside the project.
    #[serde(default, skip_serializing_if = "is_false")]
    pub external: bool,
    /// Labels; Swarm only.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub labels: IndexMap<String, String>,
    /// Template driver; Swarm only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_driver: Option<String>,
    /// Other `x-*` keys.
    #[serde(flatten)]
    pub extensions: Extensions,
}

/// A top-level secret. Unless it is external, it has exactly one of `file` and `environment`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Secret {
    /// Name on the engine.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Absolute path of the source file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The variable that provides the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The value of the `environment` variable when the project was loaded; see [`Config::value`].
    #[serde(default, rename = "x-value", skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Created outside the project.
    #[serde(default, skip_serializing_if = "is_false")]
    pub external: bool,
    /// Labels; Swarm only.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub labels: IndexMap<String, String>,
    /// Secret driver; Swarm only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Options of the driver; Swarm only.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub driver_opts: IndexMap<String, String>,
    /// Template driver; Swarm only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_driver: Option<String>,
    /// Other `x-*` keys.
    #[serde(flatten)]
    pub extensions: Extensions,
}

/// A reference to a config or secret from a service or build.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FileReference {
    /// Key of the top-level entry.
    pub source: String,
    /// Mount path. The default is `/run/secrets/SOURCE` for a secret and `/SOURCE` for a config; a relative path
    /// starts at `/run/secrets` or `/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Numeric user id of the owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Numeric group id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gid: Option<String>,
    /// Permissions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<FileMode>,
    /// `x-*` keys.
    #[serde(flatten)]
    pub extensions: Extensions,
}

/// File permissions, written in octal digits such as `0440`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileMode(pub u32);

impl FileMode {
    /// Reads octal digits.
    pub fn from_octal(text: &str) -> Option<Self> {
        // `from_str_radix` would accept a sign.
        let digits = !text.is_empty() && text.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
        digits.then(|| u32::from_str_radix(text, 8).ok().map(Self)).flatten()
    }
}

impl Serialize for FileMode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:04o}", self.0))
    }
}

impl<'de> Deserialize<'de> for FileMode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_octal(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a file mode")))
    }
}
