//! Choosing lines.

/// Bytes of a line that are searched. The rest of a longer line shares its fate.
const SEARCHED: usize = 1 << 20;

/// A text that a line must contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grep {
    text: String,
    ignore_case: bool,
}

impl Grep {
    /// The text as it is, not a pattern. Letters of either case are the same if `ignore_case` is set.
    pub fn new(text: &str, ignore_case: bool) -> Self {
        Self { text: if ignore_case { text.to_lowercase() } else { text.to_owned() }, ignore_case }
    }

    /// Whether `line` contains it.
    pub fn matches(&self, line: &str) -> bool {
        if self.ignore_case { line.to_lowercase().contains(&self.text) } else { line.contains(&self.text) }
    }

    /// Whether a line that is not complete has been searched as far as any.
    pub(super) fn is_enough(length: usize) -> bool {
        length >= SEARCHED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_taken_as_it_is() {
        assert!(Grep::new("a.b", false).matches("x a.b y"));
        assert!(!Grep::new("a.b", false).matches("x axb y"));
        assert!(!Grep::new("Error", false).matches("error"));
        assert!(Grep::new("ÉRROR", true).matches("an érror"));
        assert!(Grep::new("", false).matches(""));
    }
}
