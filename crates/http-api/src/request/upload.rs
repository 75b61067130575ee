//! Unpacks an archive that has arrived.

use std::io::{self, Read};
use std::sync::Arc;

use actix_web::web::Bytes;
use core_monitor_archive::{ArchiveError, File, Format, Limits};
use tokio::sync::Semaphore;

use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemItem};
use crate::request::body_memory::Held;
use crate::request::said;
use crate::v1::message::MessageBody;

/// How the format of an archive is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The sender says it.
    Declared(Format),
    /// The first bytes tell it.
    Detected,
}

/// The form of archive for a content type.
pub(super) fn form_of(content_type: &str) -> Option<Form> {
    match content_type {
        "application/octet-stream" => Some(Form::Detected),
        "application/x-tar" => Some(Form::Declared(Format::Tar)),
        "application/gzip"
        | "application/x-gzip"
        | "application/x-gtar"
        | "application/x-tgz"
        | "application/x-gtar-compressed" => Some(Form::Declared(Format::TarGz)),
        "application/zip" | "application/x-zip-compressed" => Some(Form::Declared(Format::Zip)),
        _ => None,
    }
}

fn detect(parts: &[Bytes]) -> Format {
    let first: Vec<u8> = parts.iter().flatten().take(2).copied().collect();
    match first.as_slice() {
        [0x1f, 0x8b] => Format::TarGz,
        b"PK" => Format::Zip,
        _ => Format::Tar,
    }
}

/// The files of an archive, with the memory that they and its bytes take. `unpacking` limits how many are unpacked at a
/// time.
pub(super) async fn unpack(
    parts: Vec<Bytes>,
    form: Form,
    limits: Limits,
    mut memory: Held,
    unpacking: &Arc<Semaphore>,
) -> Result<(Vec<File>, Held), Problem> {
    // The semaphore is never closed, so this cannot fail.
    let permit = Arc::clone(unpacking).acquire_owned().await;
    let format = match form {
        Form::Declared(format) => format,
        Form::Detected => detect(&parts),
    };
    let input = Parts(parts.into_iter());
    let reading = tokio::task::spawn_blocking(move || {
        // Held by the work: it goes on when nobody waits for it any more.
        let _permit = permit;
        let files = core_monitor_archive::read(format, input, &limits).map_err(|error| match form {
            Form::Declared(_) => error,
            Form::Detected => error.when_detected(format),
        })?;
        memory.grow(files.iter().map(|file| file.bytes.len()).sum())?;
        Ok((files, memory))
    });
    reading.await.map_err(|error| {
        tracing::error!(%error, "the archive reader panicked");
        Problem::new(ErrorCode::Internal, said::archive_reader_failed())
    })?
}

/// Reads one part after the other, and drops each when it is read.
struct Parts(std::vec::IntoIter<Bytes>);

impl Read for Parts {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(part) = self.0.as_mut_slice().first_mut() else { return Ok(0) };
        let read = part.split_to(buffer.len().min(part.len()));
        buffer.iter_mut().zip(&read).for_each(|(to, from)| *to = *from);
        if part.is_empty() {
            self.0.next();
        }
        Ok(read.len())
    }
}

impl From<ArchiveError> for Problem {
    fn from(error: ArchiveError) -> Self {
        let code = if error.is_too_large() { ErrorCode::ArchiveTooLarge } else { ErrorCode::InvalidArchive };
        let problem = Self::new(code, error.message());
        let hint = error.hint();
        let problem = match &hint {
            Some(hint) => problem.with_hint(hint.clone()),
            None => problem,
        };
        match error {
            ArchiveError::Member { path, fault } => problem.with_errors(vec![ProblemItem {
                code: fault.code().to_owned(),
                message: fault.message().into(),
                hint: hint.map(MessageBody::from),
                file: Some(path),
                ..ProblemItem::default()
            }]),
            _ => problem,
        }
    }
}

#[cfg(test)]
mod tests;
