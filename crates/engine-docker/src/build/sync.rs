//! Sends a folder to `BuildKit`: we list all entries, and it requests missing files by their position in the list. This is
//! the sending side of its `fsutil` protocol.

use std::collections::btree_map;

use bollard_buildkit_proto::fsutil::types::packet::PacketType;
use bollard_buildkit_proto::fsutil::types::{Packet, Stat};
use bytes::Bytes;
use futures::stream;
use tonic::codegen::BoxStream;
use tonic::{Status, Streaming};

use super::context::{Entry, EntryPath, Folder, Version};

/// Size of a packet, the same as in `BuildKit`'s own client.
const CHUNK: usize = 32 * 1024;
/// The bit of a folder in the modes of Go, which the protocol uses.
const IS_FOLDER: u32 = 1 << 31;

/// One transfer.
struct Transfer {
    version: Version,
    files: Vec<Entry>,
    /// Entries still to be listed; `None` once the end of the list has been sent.
    unlisted: Option<btree_map::IntoIter<EntryPath, Entry>>,
    /// The requested file, and the rest of it that is still to be sent.
    sending: Option<(u32, Bytes)>,
    asked: Streaming<Packet>,
    ended: bool,
}

/// Sends `folder` in response to the requests in `asked`.
pub(super) fn send(version: Version, folder: Folder, asked: Streaming<Packet>) -> BoxStream<Packet> {
    let transfer = Transfer {
        version,
        files: folder.values().cloned().collect(),
        unlisted: Some(folder.into_iter()),
        sending: None,
        asked,
        ended: false,
    };
    Box::pin(stream::try_unfold(transfer, async |mut transfer| {
        Ok(transfer.next().await?.map(|packet| (packet, transfer)))
    }))
}

impl Transfer {
    async fn next(&mut self) -> Result<Option<Packet>, Status> {
        if let Some(unlisted) = &mut self.unlisted {
            let stat = unlisted.next().map(|(path, entry)| stat(&path, &entry));
            if stat.is_none() {
                self.unlisted = None;
            }
            return Ok(Some(Packet { stat, ..packet(PacketType::PacketStat) }));
        }
        if let Some((id, rest)) = &mut self.sending {
            let data = rest.split_to(rest.len().min(CHUNK));
            let chunk = Packet { id: *id, data: data.to_vec(), ..packet(PacketType::PacketData) };
            // An empty packet marks the end of the file.
            if data.is_empty() {
                self.sending = None;
            }
            return Ok(Some(chunk));
        }
        if self.ended {
            return Ok(None);
        }
        self.asked().await
    }

    /// Handles the next request.
    async fn asked(&mut self) -> Result<Option<Packet>, Status> {
        let Some(question) = self.asked.message().await? else { return Ok(None) };
        match question.r#type() {
            PacketType::PacketReq => {
                let entry = usize::try_from(question.id).ok().and_then(|id| self.files.get(id));
                let entry = entry.filter(|entry| !matches!(entry, Entry::Folder));
                let entry =
                    entry.ok_or_else(|| Status::invalid_argument("no file with this number in the list"))?;
                let content = self.version.read(entry).await;
                let content = content.map_err(|error| Status::internal(error.to_string()))?;
                self.sending = Some((question.id, content));
                Box::pin(self.next()).await
            }
            PacketType::PacketFin => {
                self.ended = true;
                Ok(Some(packet(PacketType::PacketFin)))
            }
            PacketType::PacketErr => {
                Err(Status::aborted(String::from_utf8_lossy(&question.data).into_owned()))
            }
            PacketType::PacketStat | PacketType::PacketData => {
                Err(Status::invalid_argument("this side only sends files"))
            }
        }
    }
}

fn stat(path: &EntryPath, entry: &Entry) -> Stat {
    let is_folder = matches!(entry, Entry::Folder);
    Stat {
        path: path.text(),
        mode: entry.mode() | if is_folder { IS_FOLDER } else { 0 },
        size: i64::try_from(entry.size()).unwrap_or(i64::MAX),
        ..Stat::default()
    }
}

fn packet(kind: PacketType) -> Packet {
    Packet { r#type: kind.into(), ..Packet::default() }
}
