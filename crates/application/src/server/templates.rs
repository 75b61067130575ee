//! Templates: saving, reading and rendering them.

mod convert;
mod create;
mod delete;
mod diff;
mod list;
mod list_versions;
mod ports;
mod query_error;
mod render;
mod rendering;
mod save_version;
mod saving;
mod show;
mod show_file;
mod show_version;

pub use convert::{ConvertTemplates, ConvertTemplatesError};
pub use create::CreateTemplate;
pub use delete::DeleteTemplateError;
pub use query_error::TemplateQueryError;
pub use render::{RenderTemplate, RenderTemplateError, RenderedTemplate};
pub use save_version::SaveTemplateVersion;
pub use saving::{SaveTemplateError, SavedTemplateVersion, TemplateDefinition};
pub use show::ShownTemplate;
pub use show_version::ShownTemplateVersion;

pub(super) use ports::free_ports;
pub(super) use rendering::{INVALID_PARAMETER, NO_TEMPLATE, Rendering, values_refused};
