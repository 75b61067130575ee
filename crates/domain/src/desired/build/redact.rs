//! Output of builds, without the values that must not be repeated.

use super::BuildSpec;

/// Parts of names whose values are secrets.
const SECRET_WORDS: [&str; 9] =
    ["pass", "pwd", "secret", "token", "key", "credential", "auth", "private", "signature"];

/// Shorter values are words of every output, and hiding them would tell them.
const SHORTEST: usize = 4;

impl BuildSpec {
    /// `line` with the values of arguments that look like secrets by their names blotted out.
    pub fn redact(&self, line: &str) -> String {
        let is_secret = |name: &str| {
            let name = name.to_ascii_lowercase();
            SECRET_WORDS.iter().any(|word| name.contains(word))
        };
        let mut values: Vec<&str> = self
            .args
            .iter()
            .filter(|(name, value)| is_secret(name) && value.len() >= SHORTEST)
            .map(|(_, value)| value.as_str())
            .collect();
        // A value that contains another one goes first, or its rest would stay.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        values.into_iter().fold(line.to_owned(), |line, value| line.replace(value, "***"))
    }
}
