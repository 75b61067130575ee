//! What to run in a container.

use std::collections::BTreeMap;
use std::fmt;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::said;

/// The size of a terminal in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalSize {
    /// Characters in a line.
    pub columns: u16,
    /// Lines.
    pub rows: u16,
}

impl TerminalSize {
    /// The largest number of columns or rows.
    pub const LARGEST: u16 = 1_000;

    /// Checks the numbers: programs divide by them and allocate as much.
    pub fn new(columns: u16, rows: u16) -> Result<Self, ExecRequestError> {
        let fits = |number| (1..=Self::LARGEST).contains(&number);
        if fits(columns) && fits(rows) {
            Ok(Self { columns, rows })
        } else {
            Err(ExecRequestError(said::size_out_of_range(Self::LARGEST)))
        }
    }
}

impl Default for TerminalSize {
    fn default() -> Self {
        Self { columns: 80, rows: 24 }
    }
}

/// A command to run in a container that is running. It is a list of words, of which the first is a program in the container: no
/// shell reads it, unless it is the program.
///
/// `Debug` shows the program only: words, variables and even the names of variables may be secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecRequest {
    /// The program and its arguments; at least the program.
    pub command: Vec<String>,
    /// Name or number, optionally with `:` and a group; that of the container without it.
    pub user: Option<String>,
    /// An absolute path; that of the container without it.
    pub workdir: Option<String>,
    /// Variables in addition to those of the container.
    pub environment: BTreeMap<String, String>,
    /// The size of its terminal; `None` if it has none, and then its two outputs are apart.
    pub terminal: Option<TerminalSize>,
}

/// Why a command cannot be run like this. It repeats no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ExecRequestError(pub Message);

impl ExecRequest {
    /// Longest text of the whole request in bytes. The link to the worker carries it in one frame.
    pub const LONGEST: usize = 8 << 10;

    /// The program without arguments.
    pub fn program(&self) -> &str {
        self.command.first().map_or("", String::as_str)
    }

    /// What is run if nothing is named: the shell that nearly every image has.
    pub fn shell() -> Vec<String> {
        vec!["/bin/sh".to_owned()]
    }

    /// Whether it can be run. Whether the program exists is known only in the container.
    pub fn check(&self) -> Result<(), ExecRequestError> {
        let refuse = |words| Err(ExecRequestError(words));
        if self.program().is_empty() {
            return refuse(said::command_without_program());
        }
        let variables = self.environment.iter().flat_map(|(name, value)| [name, value]);
        let texts = || {
            let named = self.user.iter().chain(&self.workdir);
            self.command.iter().chain(named).chain(variables.clone())
        };
        if texts().any(|text| text.contains('\0')) {
            return refuse(said::nul_in_command());
        }
        if texts().map(|text| text.len() + 1).sum::<usize>() > Self::LONGEST {
            return refuse(said::command_too_long(Self::LONGEST));
        }
        if self.environment.keys().any(|name| name.is_empty() || name.contains('=')) {
            return refuse(said::exec_variable_invalid());
        }
        if self.user.as_ref().is_some_and(String::is_empty) {
            return refuse(said::user_empty());
        }
        if self.workdir.as_ref().is_some_and(|path| !path.starts_with('/')) {
            return refuse(said::workdir_not_absolute());
        }
        match self.terminal {
            Some(size) => TerminalSize::new(size.columns, size.rows).map(|_| ()),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ExecRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExecRequest")
            .field("program", &self.program())
            .field("terminal", &self.terminal)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(command: &[&str]) -> ExecRequest {
        ExecRequest {
            command: command.iter().map(|word| (*word).to_owned()).collect(),
            user: None,
            workdir: None,
            environment: BTreeMap::new(),
            terminal: None,
        }
    }

    fn check(request: &ExecRequest, expected: &str) {
        let found = request.check().err().map(|error| error.0.code().to_owned());
        assert_eq!(found.as_deref().unwrap_or("fine"), expected, "{request:?}");
    }

    #[test]
    fn what_cannot_be_run_is_refused() {
        check(&request(&["ls", "", "-l; rm *", "\n"]), "fine");
        check(&request(&[]), "command_without_program");
        check(&request(&["", "x"]), "command_without_program");
        check(&request(&["ls", "a\0b"]), "nul_in_command");
        check(&request(&["x".repeat(ExecRequest::LONGEST).as_str()]), "command_too_long");
        check(&request(&vec![""; ExecRequest::LONGEST + 2]), "command_without_program");
        check(&request(&[&["ls"], vec![""; ExecRequest::LONGEST].as_slice()].concat()), "command_too_long");
        let with = |name: &str| ExecRequest {
            environment: [(name.to_owned(), "1".to_owned())].into(),
            ..request(&["ls"])
        };
        check(&with("A"), "fine");
        check(&with(""), "exec_variable_invalid");
        check(&with("A=B"), "exec_variable_invalid");
        let user = |user: &str| ExecRequest { user: Some(user.to_owned()), ..request(&["ls"]) };
        check(&user("0:0"), "fine");
        check(&user(""), "user_empty");
        let workdir = |path: &str| ExecRequest { workdir: Some(path.to_owned()), ..request(&["ls"]) };
        check(&workdir("/tmp"), "fine");
        check(&workdir("tmp"), "workdir_not_absolute");
        let sized = |columns, rows| ExecRequest {
            terminal: Some(TerminalSize { columns, rows }),
            ..request(&["ls"])
        };
        check(&sized(1, TerminalSize::LARGEST), "fine");
        check(&sized(0, 24), "size_out_of_range");
        check(&sized(80, TerminalSize::LARGEST + 1), "size_out_of_range");
    }

    #[test]
    fn debug_shows_no_argument() {
        let request = ExecRequest {
            environment: [("canary".to_owned(), "canary".to_owned())].into(),
            user: Some("canary".into()),
            workdir: Some("/canary".into()),
            ..request(&["mysql", "-pcanary"])
        };
        let shown = format!("{request:?}");
        assert!(shown.contains("mysql") && !shown.contains("canary"), "{shown}");
    }
}
