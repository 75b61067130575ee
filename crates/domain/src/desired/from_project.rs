//! From the compose model to what the engine should have.

use core_monitor_compose::Project;

use super::DesiredStack;
use crate::names::NameError;

/// Why a model cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DesiredError {
    /// A name the engine or the labels cannot carry.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A value that the loader lets through and the engine would refuse.
    #[error("service `{service}`: {what}")]
    Service {
        /// The service.
        service: String,
        /// What is wrong, one sentence.
        what: String,
    },
}

impl DesiredStack {
    /// Resolves a normalized model into engine terms.
    pub fn from_project(project: &Project) -> Result<Self, DesiredError> {
        Ok(Self::empty(project.name.parse()?))
    }
}
