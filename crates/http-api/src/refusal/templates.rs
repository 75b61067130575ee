//! Problems of templates.

use actix_web::http::header;
use core_monitor_application::server::{
    DeleteTemplateError, RenderTemplateError, SaveTemplateError, TemplateQueryError,
};
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::ports::TemplateError;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

impl From<TemplateQueryError> for Problem {
    fn from(error: TemplateQueryError) -> Self {
        match error {
            TemplateQueryError::Forbidden(error) => error.into(),
            TemplateQueryError::NotFound => template_not_found(),
            TemplateQueryError::VersionNotFound(version) => template_version_not_found(version),
            TemplateQueryError::FileNotFound => Self::new(ErrorCode::FileNotFound, said::no_such_file()),
            TemplateQueryError::Store(error) => error.into(),
        }
    }
}

impl From<TemplateError> for Problem {
    fn from(error: TemplateError) -> Self {
        match error {
            TemplateError::NameTaken { name } => {
                Self::new(ErrorCode::TemplateNameTaken, said::template_name_taken(&name))
                    .with_hint(said::save_template_version_instead(name))
            }
            TemplateError::NotFound => template_not_found(),
            TemplateError::PreconditionFailed { current } => {
                Self::new(ErrorCode::TemplateChanged, said::template_has_changed(current))
                    .with_hint(said::read_template_again(current))
                    .with_header(header::ETAG, format!("\"v{current}\""))
            }
            TemplateError::InUse { instances } => {
                Self::new(ErrorCode::TemplateInUse, said::template_has_instances(instances))
                    .with_hint(said::remove_instances_first())
            }
            TemplateError::Store(error) => error.into(),
        }
    }
}

impl From<SaveTemplateError> for Problem {
    fn from(error: SaveTemplateError) -> Self {
        match error {
            SaveTemplateError::Forbidden(error) => error.into(),
            SaveTemplateError::Name(error) => error.into(),
            SaveTemplateError::Nameless => Self::new(ErrorCode::InvalidName, said::template_without_name())
                .with_hint(said::name_the_template()),
            SaveTemplateError::Renamed { is, wanted } => {
                Self::new(ErrorCode::InvalidRequest, said::template_cannot_be_renamed(is, wanted))
                    .with_hint(said::leave_name_out())
            }
            SaveTemplateError::OnFailure => {
                Self::new(ErrorCode::InvalidRequest, said::template_without_on_failure())
                    .with_hint(said::leave_on_failure_out())
            }
            SaveTemplateError::Definition(refused) => refused.into(),
            SaveTemplateError::Template(error) => error.into(),
        }
    }
}

impl From<DeleteTemplateError> for Problem {
    fn from(error: DeleteTemplateError) -> Self {
        match error {
            DeleteTemplateError::Forbidden(error) => error.into(),
            DeleteTemplateError::Template(error) => error.into(),
        }
    }
}

impl From<RenderTemplateError> for Problem {
    fn from(error: RenderTemplateError) -> Self {
        match error {
            RenderTemplateError::Query(error) => error.into(),
            RenderTemplateError::Name(error) => error.into(),
            RenderTemplateError::Key(message) => Self::new(ErrorCode::InvalidName, message),
            RenderTemplateError::Definition(refused) => refused.into(),
        }
    }
}

pub(crate) fn template_not_found() -> Problem {
    Problem::new(ErrorCode::TemplateNotFound, said::no_such_template()).with_hint(said::see_templates())
}

pub(super) fn template_version_not_found(version: VersionNumber) -> Problem {
    Problem::new(ErrorCode::TemplateVersionNotFound, said::no_such_template_version(version))
        .with_hint(said::see_template_versions())
}
