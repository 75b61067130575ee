//! The attribute table: which keys exist, which types they accept, and how text is cast after interpolation.
//!
//! Two stages use it: interpolation walks it alongside the tree to cast values, validation walks it to reject unknown keys
//! and wrong types. It follows the JSON schema of the Compose specification.

mod attributes;
mod described;
#[cfg(test)]
mod paths;
pub(crate) mod said;
mod shape;
mod texts;
mod validate;

pub(crate) use attributes::PROJECT;
pub use described::{Attribute, attributes};
#[cfg(test)]
pub(crate) use paths::attribute_paths;
pub(crate) use shape::{Cast, Shape};
pub(crate) use validate::{validate, validate_changes};
