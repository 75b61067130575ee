//! What is known about a sentence before it is said.

/// A sentence as it was declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Template {
    /// The stable code, such as `port_taken`: the name of the function that says it.
    pub code: &'static str,
    /// The English sentence with its parameters in braces.
    pub text: &'static str,
    /// The names of the parameters, in the order of the function.
    pub params: &'static [&'static str],
}

impl Template {
    /// The code of a sentence that has none: words of the engine, a registry or a container, which nobody can translate.
    pub const FOREIGN: &'static str = "foreign";
}

/// Sentences about one subject, declared in one place.
#[derive(Debug, Clone, Copy)]
pub struct Topic {
    /// The subject, for translators.
    pub about: &'static str,
    /// The sentences.
    pub templates: &'static [Template],
}

impl Topic {
    /// The sentences of one place.
    pub const fn new(about: &'static str, templates: &'static [Template]) -> Self {
        Self { about, templates }
    }
}
