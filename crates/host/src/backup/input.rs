//! The archive that is being restored, as a stream that knows what went wrong with it.

use std::cell::Cell;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use super::BackupError;

/// Whether the archive itself could not be read.
#[derive(Debug, Clone, Default)]
pub(super) struct InputState {
    has_failed: Rc<Cell<bool>>,
}

impl InputState {
    /// What an error of unpacking means: only the archive can be damaged, and only the target can be full.
    pub(super) fn blame(&self, path: &Path) -> impl FnOnce(io::Error) -> BackupError {
        let (path, has_failed) = (path.to_owned(), self.has_failed.get());
        move |source| {
            // The first is what the library says itself about what it has read.
            let is_about_the_archive = matches!(
                source.kind(),
                io::ErrorKind::Other | io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData
            );
            if has_failed || is_about_the_archive {
                BackupError::Read(source)
            } else {
                BackupError::File { path, attempt: "written", source }
            }
        }
    }
}

/// Remembers that reading failed.
#[derive(Debug)]
pub(super) struct Input<R> {
    archive: R,
    state: InputState,
}

impl<R> Input<R> {
    pub(super) fn new(archive: R) -> (Self, InputState) {
        let state = InputState::default();
        (Self { archive, state: state.clone() }, state)
    }
}

impl<R: Read> Read for Input<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.archive.read(buffer);
        if read.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted) {
            self.state.has_failed.set(true);
        }
        read
    }
}
