//! Reads env files of the project: checks size and encoding, and reports problems with their position.

use crate::report::{Mark, Report};
use crate::said;
use crate::{Code, Limits, env_file};

/// Reads one file; `None` after reporting why it was rejected. Variables are looked up with `lookup`, then in the file
/// itself, then in `earlier` files.
pub(crate) fn read(
    path: &str,
    bytes: &[u8],
    raw: bool,
    lookup: &dyn Fn(&str) -> Option<String>,
    earlier: &dyn Fn(&str) -> Option<String>,
    limits: &Limits,
    report: &Report,
) -> Option<Vec<(String, String)>> {
    let file = report.add_file(path);
    let start = |line, column| Mark { file, line, column, length: 1 };
    if bytes.len() > limits.bytes {
        let message = said::env_file_too_large(path, limits.bytes);
        report.error(Code::LimitExceeded, start(1, 1), message);
        return None;
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        report.error(Code::Encoding, start(1, 1), said::env_file_not_utf8(path));
        return None;
    };
    let parsed = if raw {
        env_file::parse_raw(text, lookup)
    } else {
        env_file::parse(text, limits.interpolated_bytes, lookup, earlier)
    };
    match parsed {
        Ok(parsed) => {
            for name in parsed.unset {
                let message = said::env_file_variable_unset(name, path);
                report.warning(Code::UnsetVariable, start(1, 1), message);
            }
            Some(parsed.variables)
        }
        Err(problem) => {
            report.error(Code::InvalidEnvFile, start(problem.line, problem.column), problem.message);
            None
        }
    }
}
