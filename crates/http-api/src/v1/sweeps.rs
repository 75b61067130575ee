//! Instances that are going to be removed.

pub(crate) mod list;

#[cfg(test)]
mod tests;
