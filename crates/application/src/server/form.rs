//! How a definition was sent. Each form has an operation of its own, and so its own action.

use core_monitor_domain::access::Action;

/// How a definition was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As text: a compose file, with other files beside it.
    Text,
    /// As the archive of a project folder.
    Archive,
}

impl Form {
    pub(super) fn create_stack(self) -> Action {
        match self {
            Self::Text => Action::CreateStack,
            Self::Archive => Action::CreateStackFromArchive,
        }
    }

    pub(super) fn save_version(self) -> Action {
        match self {
            Self::Text => Action::SaveVersion,
            Self::Archive => Action::SaveVersionFromArchive,
        }
    }

    pub(super) fn lint(self) -> Action {
        match self {
            Self::Text => Action::LintDefinition,
            Self::Archive => Action::LintArchive,
        }
    }

    pub(super) fn create_template(self) -> Action {
        match self {
            Self::Text => Action::CreateTemplate,
            Self::Archive => Action::CreateTemplateFromArchive,
        }
    }

    pub(super) fn save_template_version(self) -> Action {
        match self {
            Self::Text => Action::SaveTemplateVersion,
            Self::Archive => Action::SaveTemplateVersionFromArchive,
        }
    }
}
