//! What has been read so far, against what may be.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use crate::{ArchiveError, Limits};

/// How much is read at once.
const CHUNK: usize = 64 << 10;
/// Longest text of a library's error that is passed on; it may quote the archive.
const LONGEST_WORDS: usize = 200;

/// Counts members and the bytes of files.
#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) limits: Limits,
    members: usize,
    unpacked: u64,
    /// Bytes of the archive that were read.
    pub(crate) packed: Rc<Gauge>,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, members: 0, unpacked: 0, packed: Rc::default() }
    }

    /// Counts what is read through it as bytes of the archive.
    pub(crate) fn counted<R: Read>(&self, input: R) -> Counted<R> {
        Counted::new(input, self.limits.packed, &self.packed)
    }

    /// One more member.
    pub(crate) fn member(&mut self) -> Result<(), ArchiveError> {
        self.members += 1;
        if self.members > self.limits.members {
            return Err(ArchiveError::TooManyMembers(self.limits.members));
        }
        Ok(())
    }

    /// So many more bytes of files.
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

    /// What an error means that came while the archive was read.
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

    /// Reads a file to its end, whatever the archive says of its size. `damaged` names the member of a read error.
    pub(crate) fn read_file(
        &mut self,
        input: &mut impl Read,
        damaged: impl Fn(io::Error) -> ArchiveError,
    ) -> Result<Vec<u8>, ArchiveError> {
        let mut bytes = Vec::new();
        let mut chunk = vec![0; CHUNK];
        loop {
            match input.read(&mut chunk) {
                Ok(0) => return Ok(bytes),
                Ok(length) => {
                    self.unpacked(length as u64)?;
                    bytes.extend_from_slice(chunk.get(..length).unwrap_or_default());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(damaged(error)),
            }
        }
    }
}

/// An error's last cause, which has no path of this machine in it and no sentence twice.
fn words(error: &io::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.get_ref().and_then(|inner| inner.source());
    while let Some(deeper) = cause {
        text = deeper.to_string();
        cause = deeper.source();
    }
    text.escape_debug().take(LONGEST_WORDS).collect()
}

/// What a [`Counted`] has seen, for those who hold something around it.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    read: Cell<u64>,
    failed: Cell<bool>,
}

impl Gauge {
    pub(crate) fn read(&self) -> u64 {
        self.read.get()
    }

    /// Whether what is read from failed, and not what was read.
    pub(crate) fn failed(&self) -> bool {
        self.failed.get()
    }
}

/// A reader that counts, and ends with an error at its limit.
#[derive(Debug)]
pub(crate) struct Counted<R> {
    input: R,
    gauge: Rc<Gauge>,
    limit: u64,
    /// Zeros at the end of what was read.
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
