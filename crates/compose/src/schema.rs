//! The attribute table: which keys exist, which types they take, and how text is cast after interpolation.
//!
//! One table serves two stages. Interpolation walks it beside the tree to cast by path; validation walks it to refuse
//! unknown keys and wrong types. The facts are those of the JSON schema of the Compose specification.

mod attributes;
mod shape;
mod validate;

pub(crate) use attributes::PROJECT;
pub(crate) use shape::{Cast, Shape};
pub(crate) use validate::{validate, validate_changes};
