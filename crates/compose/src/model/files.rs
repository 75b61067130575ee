//! `configs` and `secrets`: files that a container gets without being built into its image.

use super::{Extensions, is_false};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A config at top level. Without `external` it has exactly one of `file`, `content` and `environment`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// Name on the engine.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Absolute path of the file it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The variable whose value it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The text itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The value that the variable of `environment` had when the project was read. Under an extension key, so that
    /// the printed model is a compose file that can be read again.
    #[serde(default, rename = "x-value", skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Made by somebody else.
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

/// A secret at top level. Without `external` it has exactly one of `file` and `environment`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Secret {
    /// Name on the engine.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Absolute path of the file it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The variable whose value it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The value that the variable of `environment` had when the project was read; see [`Config::value`].
    #[serde(default, rename = "x-value", skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Made by somebody else.
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

/// A config or secret that a service or a build takes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FileReference {
    /// Key of the top-level entry.
    pub source: String,
    /// Where it appears. A secret without one is at `/run/secrets/SOURCE`, a config at `/SOURCE`; a relative one
    /// starts in `/run/secrets` or at `/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Owner, a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Group, a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gid: Option<String>,
    /// Permissions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<FileMode>,
    /// `x-*` keys.
    #[serde(flatten)]
    pub extensions: Extensions,
}

/// Permissions of a file; written in octal digits, such as `0440`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileMode(pub u32);

impl FileMode {
    /// Reads octal digits.
    pub fn from_octal(text: &str) -> Option<Self> {
        // `from_str_radix` would take a sign.
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
