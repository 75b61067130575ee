//! Text with wildcards.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text in which `*` stands for any number of characters and `?` for one. There is no way to write the two themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern(pub String);

impl Pattern {
    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it describes the whole of `text`.
    pub fn matches(&self, text: &str) -> bool {
        matches(&self.0, text)
    }

    /// Whether it describes some part of `line`.
    pub fn is_in(&self, line: &str) -> bool {
        matches(&format!("*{}*", self.0), line)
    }
}

/// Takes at most the product of both lengths: only the last `*` is ever tried again.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(character) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, t));
                p += 1;
            }
            Some('?') => (p, t) = (p + 1, t + 1),
            Some(wanted) if wanted == character => (p, t) = (p + 1, t + 1),
            _ => {
                let Some((star, from)) = retry else { return false };
                retry = Some((star, from + 1));
                (p, t) = (star + 1, from + 1);
            }
        }
    }
    pattern.get(p..).is_none_or(|rest| rest.iter().all(|character| *character == '*'))
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_as_in_file_names() {
        let matches = |pattern: &str, text: &str| Pattern(pattern.to_owned()).matches(text);
        assert!(matches("*.war", "shop.war") && matches("*", "") && matches("a*b*c", "a-b-b-c"));
        assert!(matches("sh?p.war", "shöp.war") && matches("", ""));
        assert!(!matches("*.war", "shop.war.exe") && !matches("?", "") && !matches("a", "b"));
        assert!(!matches("*a*a*a*a*a*a*a*a*b", &"a".repeat(10_000)));
        assert!(Pattern("deployed [*] in * ms".to_owned()).is_in("12:00 deployed [shop] in 31 ms."));
        assert!(!Pattern("deployed".to_owned()).is_in("deploying"));
    }
}
