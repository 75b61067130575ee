//! `.dockerignore`: which files of a folder are not sent to a builder.
//!
//! The rules are those of Docker's own clients: the last pattern that matches a path or one of its parent folders
//! decides, `!` re-includes a path, `**` matches any number of folders. Matching takes linear time for any pattern.

mod pattern;
#[cfg(test)]
mod tests;

use pattern::Pattern;

/// The patterns of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dockerignore {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    pattern: Pattern,
    /// `!`: matching files are sent after all.
    takes_back: bool,
}

/// A line that Docker's clients also reject.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of `.dockerignore`: `{text}` is not a pattern")]
pub struct DockerignoreError {
    /// From 1.
    pub line: usize,
    /// As written.
    pub text: String,
}

impl Dockerignore {
    /// Reads the text of a `.dockerignore`.
    pub fn parse(text: &str) -> Result<Self, DockerignoreError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut rules = Vec::new();
        for (index, line) in text.lines().enumerate() {
            // Only a `#` in the first column starts a comment.
            let written = line.trim();
            if line.starts_with('#') || written.is_empty() {
                continue;
            }
            let (takes_back, body) =
                written.strip_prefix('!').map_or((false, written), |rest| (true, rest.trim()));
            let pattern = (!body.is_empty()).then(|| Pattern::parse(&clean(body))).flatten();
            let refused = || DockerignoreError { line: index + 1, text: written.to_owned() };
            rules.push(Rule { pattern: pattern.ok_or_else(refused)?, takes_back });
        }
        Ok(Self { rules })
    }

    /// Whether the file at `path`, relative to the folder, is excluded.
    pub fn excludes(&self, path: &str) -> bool {
        // A pattern that matches a folder matches everything below it.
        let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
        let prefixes: Vec<&str> = ends.map(|end| &path[..end]).collect();
        let matches = |rule: &&Rule| prefixes.iter().any(|prefix| rule.pattern.matches(prefix));
        self.rules.iter().rfind(matches).is_some_and(|rule| !rule.takes_back)
    }
}

/// The shortest form of the pattern's path: no `.` parts, `..` resolved, no slash at either end.
fn clean(text: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            // The parent of the root is the root.
            ".." if text.starts_with('/') => {}
            part => parts.push(part),
        }
    }
    // `/` is the folder itself, which matches no file.
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}
