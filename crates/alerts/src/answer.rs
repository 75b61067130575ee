//! What is told of an answer: its first line, without secrets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core_monitor_domain::secret_variable::SecretValue;

/// How many characters of an answer are told.
const LONGEST: usize = 200;

/// Shorter ones are not hidden: they would be found everywhere.
const SHORTEST: usize = 4;

/// Texts that must not be told, in the forms in which an answer could repeat them.
#[derive(Clone, Default)]
pub(crate) struct Hidden(Vec<String>);

impl Hidden {
    /// Adds a secret.
    pub(crate) fn and(mut self, secret: &str) -> Self {
        if secret.len() >= SHORTEST {
            self.0.push(secret.to_owned());
            self.0.push(STANDARD.encode(secret));
        }
        self
    }

    /// Adds a secret, if there is one.
    pub(crate) fn and_value(self, secret: Option<&SecretValue>) -> Self {
        secret.map(SecretValue::expose).into_iter().fold(self, Self::and)
    }

    /// The first line of an answer that has letters, without secrets and characters that act.
    pub(crate) fn first_line(&self, answer: &str) -> String {
        let line = answer.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        let hidden = self.0.iter().fold(line.to_owned(), |line, secret| line.replace(secret.as_str(), "…"));
        hidden.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
    }

    /// A status, and the first line of what came with it, if there is any.
    pub(crate) fn told(&self, status: &str, answer: &str) -> String {
        match self.first_line(answer) {
            line if line.is_empty() => status.to_owned(),
            line => format!("{status}: {line}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_told_without_secrets() {
        let hidden = Hidden::default().and("hunter22");
        assert_eq!(
            hidden.told("535", "\r\n no hunter22, no aHVudGVyMjI= \u{1b}[31m\nhunter22"),
            "535: no …, no … [31m"
        );
        assert_eq!(hidden.told("500", " \n"), "500");
        assert_eq!(hidden.first_line(&"é".repeat(900)).chars().count(), LONGEST);
    }

    #[test]
    fn a_short_secret_does_not_blot_out_everything() {
        assert_eq!(Hidden::default().and("").and("a").first_line("bad"), "bad");
    }
}
