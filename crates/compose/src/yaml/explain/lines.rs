//! A text by lines, as a person reads it.

/// Lines of a text, counted from 1.
pub(super) struct Lines<'a>(Vec<&'a str>);

/// How many lines above an error are searched for its cause.
const MAX_DISTANCE: usize = 500;

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self(text.lines().collect())
    }

    pub(super) fn get(&self, line: usize) -> Option<&'a str> {
        self.0.get(line.checked_sub(1)?).copied()
    }

    /// Lines above, nearest first, without empty ones and comments.
    pub(super) fn above(&self, line: usize) -> impl Iterator<Item = (usize, &'a str)> {
        let before = &self.0[..line.saturating_sub(1).min(self.0.len())];
        let numbered = before.iter().enumerate().map(|(index, line)| (index + 1, *line));
        numbered
            .rev()
            .take(MAX_DISTANCE)
            .filter(|(_, line)| !content(line).is_empty() && !content(line).starts_with('#'))
    }

    pub(super) fn char(&self, line: usize, column: usize) -> Option<char> {
        self.get(line)?.chars().nth(column.checked_sub(1)?)
    }

    /// The word that starts at a position, up to 60 characters of it.
    pub(super) fn word(&self, line: usize, column: usize) -> String {
        let rest = self.get(line).unwrap_or_default().chars().skip(column.saturating_sub(1));
        rest.take_while(|c| !c.is_whitespace() && !matches!(c, ',' | ']' | '}' | ':')).take(60).collect()
    }

    /// The innermost bracket that is open at a position, with its line and column.
    pub(super) fn open_bracket(&self, line: usize, column: usize) -> Option<(usize, usize, char)> {
        let mut open: Vec<(usize, usize, char)> = Vec::new();
        let first = line.saturating_sub(MAX_DISTANCE).max(1);
        for number in first..=line {
            let Some(text) = self.get(number) else { break };
            let (mut quoted, mut last) = (None, ' ');
            for (index, c) in text.chars().enumerate() {
                if number == line && index + 1 >= column {
                    break;
                }
                match (quoted, c) {
                    (Some(quote), c) if c == quote => quoted = None,
                    (None, '#') if last == ' ' => break,
                    (None, '"' | '\'') => quoted = Some(c),
                    // Outside other brackets, a bracket counts only at the start of a value.
                    (None, '[' | '{') if !open.is_empty() || last == ' ' => open.push((number, index + 1, c)),
                    (None, ']' | '}') => {
                        open.pop();
                    }
                    _ => {}
                }
                last = c;
            }
        }
        open.pop()
    }
}

/// A line without leading and trailing whitespace.
pub(super) fn content(line: &str) -> &str {
    line.trim()
}

/// Spaces before the content.
pub(super) fn indent(line: &str) -> usize {
    line.chars().take_while(|c| *c == ' ').count()
}

pub(super) fn leads_with_dash(line: &str) -> bool {
    content(line) == "-" || content(line).starts_with("- ")
}
