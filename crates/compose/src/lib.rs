#![doc = include_str!("../README.md")]

pub mod autostart;
mod canonical;
mod compose_files;
mod consistency;
mod cursor;
mod diagnostic;
pub mod docker_run;
pub mod document;
mod documents;
mod dotenv;
mod env_file;
mod extends;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod include;
mod interpolate;
pub mod lint;
mod load;
mod merge;
pub mod model;
mod normalize;
mod number;
mod options;
pub mod outline;
mod path;
mod pipeline;
mod project_files;
mod rebase;
mod render;
mod report;
pub(crate) mod said;
mod schema;
mod spans;
mod suggest;
pub mod support;
mod templates;
mod yaml;

pub use compose_files::named_compose_files;
pub use diagnostic::{Code, Diagnostic, Severity, Span};
pub use lint::{Finding, LintReport, lint};
pub use load::{Loaded, Rejected, load};
pub use model::Project;
pub use options::{Limits, LoadOptions};
pub use project_files::ProjectFiles;
pub use render::{Renderer, render};
pub use schema::{Attribute, attributes};
pub use spans::Spans;
pub use suggest::nearest;
pub use templates::templates;
