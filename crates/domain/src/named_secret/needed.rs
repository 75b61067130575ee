//! A named secret that a definition asks for.

/// Who asks for a named secret, and under which name. What is written there need not be a name that a secret can have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NeededSecret {
    /// The name, as it is written.
    pub name: String,
    /// What asks for it: the key of an entry of `secrets`, or a secret variable.
    pub by: String,
    /// Where in the definition; `None` for a secret variable, which is in no file.
    pub path: Option<String>,
}
