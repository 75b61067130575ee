//! Roles and permissions: what somebody may do, in a few words.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What somebody may do. Each role may do everything that the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Starts, stops and restarts, and reads logs.
    Operator,
    /// Saves versions, applies them and goes back to them, deploys artifacts, and launches instances.
    Deployer,
    /// Does everything, with every permission.
    Administrator,
}

/// What no role includes but that of an administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Run commands in containers.
    Terminal,
    /// Read the files of containers and volumes; from an operator on, write them too.
    Files,
    /// Read the secrets that containers have.
    Secrets,
}

impl Role {
    /// Every role, the one that may do least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Operator, Self::Deployer, Self::Administrator];

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Deployer => "deployer",
            Self::Administrator => "administrator",
        }
    }
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 3] = [Self::Terminal, Self::Files, Self::Secrets];

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Files => "files",
            Self::Secrets => "secrets",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no such role")]
pub struct RoleError;

/// Not a permission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no such permission")]
pub struct PermissionError;

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(word: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == word).ok_or(RoleError)
    }
}

impl FromStr for Permission {
    type Err = PermissionError;

    fn from_str(word: &str) -> Result<Self, PermissionError> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == word).ok_or(PermissionError)
    }
}
