//! Env files out of the project's files: size, encoding and problems with a place.

use crate::report::{Mark, Report};
use crate::{Code, Limits, env_file};

/// Reads one file; `None` when it was refused and the report says why. Variables come from `lookup`, those of `earlier` files
/// after those of the file itself.
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
        let message = format!("`{path}` is larger than {} bytes", limits.bytes);
        report.error(Code::LimitExceeded, start(1, 1), message);
        return None;
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        report.error(Code::Encoding, start(1, 1), format!("`{path}` is not UTF-8"));
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
                let message = format!("variable `{name}` in `{path}` is not set and stays empty");
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
