//! What the engine writes in the place of a command that it cannot start.
//!
//! By then it has handed over the streams. So moby writes its error to the standard output of the command that never ran
//! (`api/server/router/container/exec.go`, `postContainerExecStart`: `stdout.Write([]byte(err.Error() + "\r\n"))`) and sets the exit code
//! to 126 (`daemon/exec.go`, `ContainerExecStart`), or newer ones to 127 or 128 (`daemon/errors.go`, `setExitCodeFromError`). The error
//! is that of runc behind the prefix of containerd (`pkg/process/exec.go`), or moby's own about the user (`daemon/exec_linux.go`).

use std::collections::VecDeque;
use std::ops::RangeInclusive;

use core_monitor_domain::ports::{OutputChunk, OutputStream};
use core_monitor_domain::terminal::NotStarted;

/// What the error of the runtime begins with.
const RUNTIME: &str = "OCI runtime exec failed: ";
/// What the errors about the user begin with; the last one is `ErrRange` of runc's `libcontainer/user`.
const NO_USER: [&str; 3] =
    ["unable to find user ", "unable to find group ", "uids and gids must be in range "];
/// What ends them.
const END: &[u8] = b"\r\n";
/// The longest one, in bytes. A path in it may have 4 KiB.
const LONGEST: usize = 16 << 10;

/// The exit codes of commands that were not started.
const CODES: RangeInclusive<i64> = 126..=128;

/// How runc quotes the program (`exec.Error` of Go), and what it says if there is none.
const PROGRAM: &str = "exec: \"";
const MISSING: [&str; 2] = ["executable file not found in $PATH", "no such file or directory"];

/// The beginning of an output, as long as it may be such an error.
#[derive(Debug, Default)]
pub(crate) struct Beginning {
    held: Vec<u8>,
    is_over: bool,
}

impl Beginning {
    /// Whether something is held back.
    pub(super) fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// Passes on what the command has written for sure.
    pub(crate) fn sift(&mut self, chunk: OutputChunk, sure: &mut VecDeque<OutputChunk>) {
        if self.is_over || chunk.stream == OutputStream::Stderr {
            self.give_up(sure);
            sure.push_back(chunk);
            return;
        }
        let known = self.held.len();
        self.held.extend_from_slice(&chunk.bytes);
        if !self.may_be_error(known) {
            self.give_up(sure);
        }
    }

    /// Whether it is such an error, or the beginning of one. Of the first `known` bytes that is known.
    fn may_be_error(&self, known: usize) -> bool {
        let held = self.held.as_slice();
        let is_alike = prefixes().any(|prefix| {
            let length = prefix.len().min(held.len());
            prefix.as_bytes()[..length] == held[..length]
        });
        // Nothing follows its end.
        let further = &held[known.saturating_sub(END.len())..held.len().saturating_sub(1)];
        let has_ended = further.windows(END.len()).any(|part| part == END);
        is_alike && !has_ended && held.len() <= LONGEST
    }

    /// Passes on what was held back, and everything from now on.
    pub(super) fn give_up(&mut self, sure: &mut VecDeque<OutputChunk>) {
        self.is_over = true;
        let bytes = std::mem::take(&mut self.held);
        if !bytes.is_empty() {
            sure.push_back(OutputChunk { stream: OutputStream::Stdout, bytes });
        }
    }

    /// Why the command was not started, if what is held back is all that was written and says so.
    pub(crate) fn error(&self, exit_code: i64) -> Option<NotStarted> {
        let text = self.held.strip_suffix(END).filter(|_| CODES.contains(&exit_code))?;
        let message = String::from_utf8_lossy(text).into_owned();
        let is_missing = message.starts_with(RUNTIME)
            && message.contains(PROGRAM)
            && MISSING.iter().any(|words| message.contains(words));
        if is_missing {
            return Some(NotStarted::NoProgram);
        }
        let is_error = prefixes().any(|prefix| message.starts_with(prefix));
        is_error.then_some(NotStarted::Refused { message })
    }
}

fn prefixes() -> impl Iterator<Item = &'static str> {
    [RUNTIME].into_iter().chain(NO_USER)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is passed on of this output, and what its end means with this exit code. It arrives in pieces of every size.
    fn check(parts: &[(OutputStream, &str)], exit_code: i64, expected: Option<&NotStarted>) {
        let whole: String = parts.iter().map(|(_, text)| *text).collect();
        for step in 1..=whole.len().max(1) {
            let (mut beginning, mut sure) = (Beginning::default(), VecDeque::new());
            for (stream, text) in parts {
                for bytes in text.as_bytes().chunks(step) {
                    beginning.sift(OutputChunk { stream: *stream, bytes: bytes.to_vec() }, &mut sure);
                }
            }
            let error = beginning.error(exit_code);
            assert_eq!(error.as_ref(), expected, "{whole} by {step}");
            if expected.is_none() {
                beginning.give_up(&mut sure);
                let shown: Vec<u8> = sure.into_iter().flat_map(|chunk| chunk.bytes).collect();
                assert_eq!(String::from_utf8(shown).unwrap(), whole, "by {step}");
            } else {
                assert!(sure.is_empty(), "{sure:?}");
            }
        }
    }

    const OUT: OutputStream = OutputStream::Stdout;
    const FAILED: &str = "OCI runtime exec failed: exec failed: unable to start container process: ";

    fn error(words: &str) -> String {
        format!("{FAILED}{words}\r\n")
    }

    #[test]
    fn errors_of_the_engine_are_recognised() {
        for words in [
            r#"exec: "no-such": executable file not found in $PATH: unknown"#,
            r#"exec: "/no/such": stat /no/such: no such file or directory: unknown"#,
        ] {
            check(&[(OUT, &error(words))], 126, Some(&NotStarted::NoProgram));
            check(&[(OUT, &error(words))], 127, Some(&NotStarted::NoProgram));
        }
        for text in [
            error(r#"exec: "/etc": permission denied: unknown"#),
            error(r#"chdir to cwd ("/x") set in config.json failed: no such file or directory: unknown"#),
            "unable to find user x: no matching entries in passwd file\r\n".to_owned(),
            "unable to find group x: no matching entries in group file\r\n".to_owned(),
            "uids and gids must be in range 0-2147483647\r\n".to_owned(),
        ] {
            let expected = NotStarted::Refused { message: text.trim_end().to_owned() };
            check(&[(OUT, &text)], 126, Some(&expected));
        }
    }

    #[test]
    fn what_a_command_writes_is_passed_on() {
        let missing = error(r#"exec: "x": executable file not found in $PATH"#);
        check(&[(OUT, &missing)], 0, None);
        check(&[(OUT, &missing)], 3, None);
        check(&[(OUT, missing.trim_end())], 126, None);
        check(&[(OUT, &missing), (OUT, "$ ")], 126, None);
        check(&[(OUT, &missing), (OutputStream::Stderr, "x")], 126, None);
        check(&[(OutputStream::Stderr, "x"), (OUT, &missing)], 126, None);
        check(&[(OutputStream::Stderr, &missing)], 126, None);
        check(&[(OUT, "> "), (OUT, &missing)], 126, None);
        check(&[(OUT, "sh: x: not found\r\n")], 127, None);
        check(&[(OUT, "")], 126, None);
    }

    #[test]
    fn little_is_held_back() {
        let (mut beginning, mut sure) = (Beginning::default(), VecDeque::new());
        let mut send = |text: &str, sure: &mut VecDeque<OutputChunk>| {
            beginning.sift(OutputChunk { stream: OUT, bytes: text.as_bytes().to_vec() }, sure);
            beginning.holds()
        };
        assert!(send(FAILED, &mut sure));
        assert!(send(&"x".repeat(LONGEST - FAILED.len()), &mut sure));
        assert!(!send("x", &mut sure));
        assert!(!send("OCI", &mut sure), "only at the beginning");
        assert_eq!(sure.iter().map(|chunk| chunk.bytes.len()).sum::<usize>(), LONGEST + 1 + 3);
    }
}
