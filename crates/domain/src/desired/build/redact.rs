//! Build output without secret values.

use super::BuildSpec;

/// Parts of argument names whose values are secret.
const SECRET_WORDS: [&str; 9] =
    ["pass", "pwd", "secret", "token", "key", "credential", "auth", "private", "signature"];

/// Shorter values occur as ordinary words, and hiding them would reveal them.
const SHORTEST: usize = 4;

impl BuildSpec {
    /// `line` with the values of arguments whose names suggest secrets replaced by `***`.
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
        // Longer values first, or the rest of a value that contains another would remain.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        values.into_iter().fold(line.to_owned(), |line, value| line.replace(value, "***"))
    }
}
