#![doc = include_str!("../README.md")]

mod diagnostic;
mod load;
pub mod model;
mod options;
mod path;
mod project_files;

pub use diagnostic::{Code, Diagnostic, Severity, Span};
pub use load::{Loaded, Rejected, load};
pub use model::Project;
pub use options::{Limits, LoadOptions};
pub use project_files::ProjectFiles;
