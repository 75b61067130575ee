//! Tracks what has been read against the limits.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use crate::{ArchiveError, Limits};

/// Size of one read.
const CHUNK: usize = 64 << 10;
/// Maximum length of a library's error message; it may quote the archive.
const MAX_MESSAGE: usize = 200;

/// Counts members and the bytes of files.
#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) limits: Limits,
    members: usize,
    unpacked: u64,
    /// Bytes read from the archive.
    pub(crate) packed: Rc<Gauge>,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, members: 0, unpacked: 0, packed: Rc::default() }
    }

    /// Wraps a reader so that its bytes count as bytes of the archive.
    pub(crate) fn counted<R: Read>(&self, input: R) -> Counted<R> {
        Counted::new(input, self.limits.packed, &self.packed)
    }

    /// Counts one more member.
    pub(crate) fn member(&mut self) -> Result<(), ArchiveError> {
        self.members += 1;
        if self.members > self.limits.members {
            return Err(ArchiveError::TooManyMembers(self.limits.members));
        }
        Ok(())
    }

    /// Counts unpacked bytes.
    pub(crate) fn unpacked(&mut self, bytes: u64) -> Result<(), ArchiveError> {
        self.unpacked = self.unpacked.saturating_add(bytes);
        if self.unpacked > self.limits.unpacked {
            return Err(ArchiveError::UnpackedTooLarge(self.limits.unpacked));
        }
        let free = self.unpacked <= Limits::FREE;
        if !free && self.unpacked / self.limits.ratio.max(1) > self.packed.read() {
            return Err(ArchiveError::Ratio(self.limits.ratio));
        }
        Ok(())
    }

    /// Converts an error that occurred while reading the archive.
    pub(crate) fn archive_error(
        packed: &Gauge,
        limits: &Limits,
        error: io::Error,
        damaged: impl FnOnce(String) -> ArchiveError,
    ) -> ArchiveError {
        if packed.failed() {
            ArchiveError::Input(error)
        } else if packed.read() > limits.packed {
            ArchiveError::PackedTooLarge(limits.packed)
        } else {
            damaged(words(&error))
        }
    }

    /// Reads a file to its end into `take`, whatever size the archive claims. `damaged` converts a read error of this
    /// member.
    pub(crate) fn read_file(
        &mut self,
        input: &mut dyn Read,
        damaged: &dyn Fn(io::Error) -> ArchiveError,
        mut take: impl FnMut(&[u8]) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let mut chunk = vec![0; CHUNK];
        loop {
            match input.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(length) => {
                    self.unpacked(length as u64)?;
                    take(chunk.get(..length).unwrap_or_default())?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(damaged(error)),
            }
        }
    }
}

/// The root cause of an error, which contains no local path and repeats nothing.
fn words(error: &io::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.get_ref().and_then(|inner| inner.source());
    while let Some(deeper) = cause {
        text = deeper.to_string();
        cause = deeper.source();
    }
    text.escape_debug().take(MAX_MESSAGE).collect()
}

/// The state of a [`Counted`] reader, accessible while another reader wraps it.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    read: Cell<u64>,
    failed: Cell<bool>,
}

impl Gauge {
    pub(crate) fn read(&self) -> u64 {
        self.read.get()
    }

    /// Whether the source failed, as opposed to its content being invalid.
    pub(crate) fn failed(&self) -> bool {
        self.failed.get()
    }

    /// Counts what is there to be read at any place.
    pub(crate) fn whole(&self, length: u64) {
        self.read.set(length);
    }
}

/// A reader that counts bytes and fails at its limit.
#[derive(Debug)]
pub(crate) struct Counted<R> {
    input: R,
    gauge: Rc<Gauge>,
    limit: u64,
    /// Trailing zeros of the bytes read so far.
    zeros: u64,
}

impl<R> Counted<R> {
    pub(crate) fn new(input: R, limit: u64, gauge: &Rc<Gauge>) -> Self {
        Self { input, gauge: Rc::clone(gauge), limit, zeros: 0 }
    }

    pub(crate) fn zeros_at_end(&self) -> u64 {
        self.zeros
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer).inspect_err(|error| {
            self.gauge.failed.set(error.kind() != io::ErrorKind::Interrupted);
        })?;
        self.gauge.read.set(self.gauge.read.get().saturating_add(length as u64));
        if self.gauge.read.get() > self.limit {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let read = buffer.get(..length).unwrap_or_default();
        let zeros = read.iter().rev().take_while(|byte| **byte == 0).count() as u64;
        self.zeros = if zeros == length as u64 { self.zeros.saturating_add(zeros) } else { zeros };
        Ok(length)
    }
}
