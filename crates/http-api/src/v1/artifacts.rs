//! `/artifacts`

pub(crate) mod list;
