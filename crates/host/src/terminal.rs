//! What a task prints, and how it ends.
//!
//! Only what the program says itself is printed as it is. Everything else may contain what containers have called their files,
//! which could command the terminal of whoever reads it.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use core_monitor_domain::doctor::{Finding, Verdict};
use core_monitor_message::harmless;

/// How a task ended without an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As asked.
    Fine,
    /// Done, but not all of it, or something is wrong with what was looked at.
    NotAll,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::SUCCESS,
            Outcome::NotAll => Self::FAILURE,
        }
    }
}

/// Prints a line to standard output.
pub fn say(text: &str) -> io::Result<()> {
    print(&harmless(text))
}

/// Prints a text of the program itself to standard output, as it is.
pub fn print(text: &str) -> io::Result<()> {
    match writeln!(io::stdout(), "{text}") {
        // Whoever reads has enough, e.g. `head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Prints a line to standard error, where standard output may be the archive itself.
pub fn note(text: &str) -> io::Result<()> {
    writeln!(io::stderr(), "{}", harmless(text))
}

/// Reports an error that ends the process, with what to try. The log may not have started yet.
pub fn complain(program: &str, error: &str, hint: Option<&str>) -> ExitCode {
    // Whether anybody reads it or not, the exit code is the same.
    let _ = note(&format!("{program}: {error}"));
    if let Some(hint) = hint {
        let _ = note(&format!("hint: {hint}"));
    }
    ExitCode::FAILURE
}

/// Prints what a doctor found.
pub fn say_findings(findings: &[Finding]) -> io::Result<Outcome> {
    for finding in findings {
        print(&finding.to_string())?;
    }
    let is_wrong = findings.iter().any(|finding| finding.verdict == Verdict::Wrong);
    Ok(if is_wrong { Outcome::NotAll } else { Outcome::Fine })
}

/// Writes generated files into a folder that exists.
pub fn write_files(into: &Path, files: &[(String, Vec<u8>)]) -> io::Result<Outcome> {
    for (name, content) in files {
        let path = into.join(name);
        let named = |error: io::Error| io::Error::new(error.kind(), format!("`{}`: {error}", path.display()));
        std::fs::write(&path, content).map_err(named)?;
    }
    Ok(Outcome::Fine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_written_under_their_names_and_a_refusal_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let files = [("a.1".to_owned(), b"x".to_vec())];
        assert_eq!(write_files(folder.path(), &files).unwrap(), Outcome::Fine);
        assert_eq!(std::fs::read(folder.path().join("a.1")).unwrap(), b"x");
        let missing = folder.path().join("missing");
        let refusal = write_files(&missing, &files).unwrap_err().to_string();
        assert!(refusal.starts_with(&format!("`{}/a.1`: ", missing.display())), "{refusal}");
    }
}
