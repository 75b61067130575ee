//! An archive as it arrives: read on a thread of its own while its bytes come in, and never held as a whole.

use std::io::{self, Read};

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use core_monitor_archive::{ArchiveError, File, Format, Limits};
use futures::StreamExt as _;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemItem};

use super::body::{too_large, unreadable};

/// Parts of the body that may wait for the reader.
const AHEAD: usize = 4;

/// The kind of archive a content type stands for.
pub(super) fn format_of(content_type: &str) -> Option<Format> {
    match content_type {
        "application/x-tar" => Some(Format::Tar),
        "application/gzip"
        | "application/x-gzip"
        | "application/x-gtar"
        | "application/x-tgz"
        | "application/x-gtar-compressed" => Some(Format::TarGz),
        "application/zip" | "application/x-zip-compressed" => Some(Format::Zip),
        _ => None,
    }
}

/// The files of the archive that the body is, and the SHA-256 of its bytes.
pub(super) async fn receive(
    payload: &mut Payload,
    format: Format,
    limits: Limits,
) -> Result<(Vec<File>, [u8; 32]), Problem> {
    let (parts, arriving) = mpsc::channel(AHEAD);
    let input = Arriving { parts: arriving, current: Bytes::new(), ended: false };
    let reading = tokio::task::spawn_blocking(move || core_monitor_archive::read(format, input, &limits));
    let mut digest = Sha256::new();
    let mut length: u64 = 0;
    while let Some(part) = payload.next().await {
        let part = part.map_err(|error| unreadable(&error))?;
        length = length.saturating_add(part.len() as u64);
        if length > limits.packed {
            return Err(too_large(limits.packed));
        }
        digest.update(&part);
        // A reader that has refused the archive is gone. The rest still comes in, because a client that is cut off in
        // the middle of sending does not read the answer.
        let _ = parts.send(Part::Bytes(part)).await;
    }
    let _ = parts.send(Part::End).await;
    let files = reading.await.map_err(|error| {
        tracing::error!(%error, "the reader of an archive broke");
        Problem::new(ErrorCode::Internal, "the archive could not be read")
    })?;
    Ok((files?, digest.finalize().into()))
}

enum Part {
    Bytes(Bytes),
    End,
}

/// The reader's end. Without [`Part::End`], what came is not the whole archive.
struct Arriving {
    parts: mpsc::Receiver<Part>,
    current: Bytes,
    ended: bool,
}

impl Read for Arriving {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() && !self.ended {
            match self.parts.blocking_recv() {
                Some(Part::Bytes(bytes)) => self.current = bytes,
                Some(Part::End) => self.ended = true,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let part = self.current.split_to(buffer.len().min(self.current.len()));
        buffer.iter_mut().zip(&part).for_each(|(to, from)| *to = *from);
        Ok(part.len())
    }
}

impl From<ArchiveError> for Problem {
    fn from(error: ArchiveError) -> Self {
        let code = if error.is_too_large() { ErrorCode::ArchiveTooLarge } else { ErrorCode::InvalidArchive };
        let problem = Self::new(code, error.to_string());
        let hint = error.hint();
        let problem = match hint {
            Some(hint) => problem.with_hint(hint),
            None => problem,
        };
        match error {
            ArchiveError::Member { path, fault } => problem.with_errors(vec![ProblemItem {
                code: fault.code().to_owned(),
                message: fault.to_string(),
                hint: hint.map(str::to_owned),
                file: Some(path),
                ..ProblemItem::default()
            }]),
            _ => problem,
        }
    }
}

#[cfg(test)]
mod tests;
