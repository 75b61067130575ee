//! Uploading a file or an archive.

use core_monitor_domain::access::Action;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::Change;
use core_monitor_domain::container_file::{FileRefusal, Upload};
use core_monitor_domain::ports::{FileSink, LinkError};
use tokio::sync::OwnedSemaphorePermit;

use super::{FileUseError, FilesOf, Found, find, record, told};
use crate::server::{Server, ServerPorts};

/// An upload that has begun. If it is dropped, a part may have been written.
pub struct PutFile<'a> {
    ports: &'a ServerPorts,
    actor: &'a Actor,
    action: Action,
    found: Found,
    sink: Box<dyn FileSink<LinkError>>,
    written: u64,
    _transfer: OwnedSemaphorePermit,
}

impl Server {
    /// Begins to write a file, or the members of an uncompressed tar into a folder. It is recorded before.
    pub async fn put_file<'a>(
        &'a self,
        actor: &'a Actor,
        of: &FilesOf,
        path: &str,
        upload: Upload,
    ) -> Result<PutFile<'a>, FileUseError> {
        let action = of.put(upload);
        let ports = self.permit(actor, action, &of.resource()).await?;
        let found = find(ports, of, path, true).await?;
        let transfer = self.transfer()?;
        let bytes = match upload {
            Upload::File { size, .. } if size > ports.files_limit => {
                return Err(FileUseError::Refused(FileRefusal::TooLarge { size, most: ports.files_limit }));
            }
            Upload::File { size, .. } => Some(size),
            Upload::Archive => None,
        };
        let begun = ports.link.put_file(&found.place, upload).await;
        let sink = begun.map_err(|error| told(&found.place, error))?;
        record(ports, actor, action, &found, (Change::Uploaded, bytes, None)).await?;
        Ok(PutFile { ports, actor, action, found, sink, written: 0, _transfer: transfer })
    }
}

impl PutFile<'_> {
    /// Hands over a part.
    pub async fn write(&mut self, part: Vec<u8>) -> Result<(), FileUseError> {
        self.written += part.len() as u64;
        let most = self.ports.files_limit;
        if self.written > most {
            return self
                .ended(Err(FileUseError::Refused(FileRefusal::TooLarge { size: self.written, most })))
                .await;
        }
        let written = self.sink.write(part).await.map_err(|error| told(&self.found.place, error));
        self.ended(written).await
    }

    /// Everything was handed over. Returns once it is written, with the number of bytes.
    pub async fn finish(self) -> Result<u64, FileUseError> {
        let Self { ports, actor, action, found, sink, written, _transfer } = self;
        match sink.finish().await.map_err(|error| told(&found.place, error)) {
            Ok(()) => Ok(written),
            Err(error) => {
                note(ports, actor, action, &found, written, "failed").await;
                Err(error)
            }
        }
    }

    /// Whoever sends it is gone. What has arrived is not made whole.
    pub async fn give_up(self) {
        let Self { ports, actor, action, found, sink, written, _transfer } = self;
        drop(sink);
        note(ports, actor, action, &found, written, "interrupted").await;
    }

    async fn ended(&self, result: Result<(), FileUseError>) -> Result<(), FileUseError> {
        if result.is_err() {
            note(self.ports, self.actor, self.action, &self.found, self.written, "failed").await;
        }
        result
    }
}

/// Records that an upload did not end well.
async fn note(ports: &ServerPorts, actor: &Actor, action: Action, found: &Found, bytes: u64, reason: &str) {
    let what = (Change::Uploaded, Some(bytes), Some(reason));
    if let Err(error) = record(ports, actor, action, found, what).await {
        tracing::error!(%error, actor = %actor, "cannot record in the audit how an upload ended");
    }
}
