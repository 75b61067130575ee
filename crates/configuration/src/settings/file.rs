//! The configuration file.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::ConfigurationError;
use crate::layer::Layer;

/// Others may read or write it.
const OTHERS: u32 = 0o006;

/// Reads the file at `path`. With a secret in it, it must be closed to all users but its owner and its group.
pub(super) fn read(path: &Path) -> Result<Layer, ConfigurationError> {
    let unreadable = |source| ConfigurationError::Unreadable { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.mode() & 0o7777;
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(unreadable)?;
    let layer = parse(path, &text)?;
    match layer.secrets().into_iter().next() {
        Some(setting) if mode & OTHERS != 0 => {
            Err(ConfigurationError::Exposed { path: path.to_owned(), setting, mode })
        }
        _ => Ok(layer),
    }
}

fn parse(path: &Path, text: &str) -> Result<Layer, ConfigurationError> {
    toml::from_str(text).map_err(|error| {
        let before = &text[..error.span().map_or(0, |span| span.start.min(text.len()))];
        let line_start = before.rfind('\n').map_or(0, |index| index + 1);
        ConfigurationError::File {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            // The message names keys and types; the snippet with the line, which may contain a secret, is left out.
            reason: error.message().to_owned(),
        }
    })
}
