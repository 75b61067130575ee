//! Limits, devices and logging of a container.

use super::Extensions;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A host device in the container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Path on the host.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Path in the container.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
    /// Letters of `rwm`: read, write, mknod. Empty if a long form has none, so the engine decides.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub permissions: String,
    /// `x-*` keys.
    #[serde(flatten)]
    pub extensions: Extensions,
}

/// A process limit: one value, or separate soft and hard limits. `-1` means unlimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Ulimit {
    /// Soft and hard limit are the same.
    Single(i64),
    /// Separate soft and hard limits.
    Range {
        /// The limit in force.
        soft: i64,
        /// The maximum the process may raise it to.
        hard: i64,
    },
}

/// Log driver and options of a container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logging {
    /// Log driver; the engine's default if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Options of the driver.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub options: IndexMap<String, String>,
    /// `x-*` keys.
    #[serde(flatten)]
    pub extensions: Extensions,
}

/// Block device limits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlkioConfig {
    /// Relative weight, 10 to 1000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<u16>,
    /// Weight per device.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weight_device: Vec<WeightDevice>,
    /// Bytes read per second.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub device_read_bps: Vec<ThrottleDevice>,
    /// Reads per second.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub device_read_iops: Vec<ThrottleDevice>,
    /// Bytes written per second.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub device_write_bps: Vec<ThrottleDevice>,
    /// Writes per second.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub device_write_iops: Vec<ThrottleDevice>,
}

/// Weight of one block device. Serialized with the keys that the reference prints, which differ from the compose file's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightDevice {
    /// Device path on the host.
    #[serde(rename = "Path")]
    pub path: String,
    /// Relative weight, 10 to 1000.
    #[serde(rename = "Weight")]
    pub weight: u16,
}

/// Rate of one block device; see [`WeightDevice`] for its keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThrottleDevice {
    /// Device path on the host.
    #[serde(rename = "Path")]
    pub path: String,
    /// Bytes or operations per second.
    #[serde(rename = "Rate")]
    pub rate: super::Bytes,
}
