//! Writing into a container while the content arrives.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bollard::errors::Error;
use bollard::query_parameters::UploadToContainerOptions;
use bytes::Bytes;
use core_monitor_domain::container_file::{FilePath, FilePlace, FileRefusal, TarCheck};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{Clock, EngineError, FileSink, FilesError, within};
use futures::stream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::header::BLOCK;
use super::{Result, answer};
use crate::path;
use crate::session::Session;

/// How many parts may wait for the engine.
const WAITING: usize = 4;
/// How long the engine has for the rest once it has everything, and to say why it takes no more.
const PATIENCE: Duration = Duration::from_mins(2);

/// A request that is being sent.
pub(super) struct DockerSink {
    parts: Option<mpsc::Sender<Bytes>>,
    /// Whether the end of the parts is the end of the content. Otherwise the request is broken off.
    whole: Arc<AtomicBool>,
    request: JoinHandle<std::result::Result<(), Error>>,
    content: Content,
    clock: Arc<dyn Clock>,
}

/// What is known about the content.
enum Content {
    /// So many more bytes, and what follows them.
    File { left: u64, trailer: usize },
    /// An archive, which is followed; the links where it is unpacked, below this folder.
    Archive(Box<TarCheck>, BTreeSet<String>, FilePath),
}

/// Writes a file into a folder, behind this header.
pub(super) fn file(
    session: Arc<Session>,
    clock: Arc<dyn Clock>,
    container: &ContainerId,
    folder: &FilePath,
    header: Vec<u8>,
    size: u64,
) -> DockerSink {
    let odd = usize::try_from(size % BLOCK as u64).unwrap_or_default();
    let trailer = (BLOCK - odd) % BLOCK + 2 * BLOCK;
    begin(session, clock, container, folder, Some(header), Content::File { left: size, trailer })
}

/// Unpacks an archive into a folder. With these `links` below it, it must not be left.
pub(super) fn archive(
    session: Arc<Session>,
    clock: Arc<dyn Clock>,
    place: &FilePlace,
    links: Option<BTreeSet<String>>,
) -> DockerSink {
    let check = if links.is_some() { TarCheck::that_stays() } else { TarCheck::default() };
    let content = Content::Archive(Box::new(check), links.unwrap_or_default(), place.path.clone());
    begin(session, clock, &place.container, &place.path, None, content)
}

fn begin(
    session: Arc<Session>,
    clock: Arc<dyn Clock>,
    container: &ContainerId,
    folder: &FilePath,
    header: Option<Vec<u8>>,
    content: Content,
) -> DockerSink {
    let (parts, received) = mpsc::channel::<Bytes>(WAITING);
    let whole = Arc::new(AtomicBool::new(false));
    let is_whole = Arc::clone(&whole);
    let begun = stream::iter(header.map(|header| Ok(Bytes::from(header))));
    let rest = stream::unfold((received, is_whole, false), async |(mut received, is_whole, over)| {
        if over {
            return None;
        }
        match received.recv().await {
            Some(part) => Some((Ok(part), (received, is_whole, false))),
            None if is_whole.load(Ordering::Acquire) => None,
            None => Some((Err(io::Error::other("the upload was interrupted")), (received, is_whole, true))),
        }
    });
    let body = futures::StreamExt::chain(begun, rest);
    let options = UploadToContainerOptions {
        path: folder.to_string(),
        no_overwrite_dir_non_dir: Some("true".to_owned()),
        ..UploadToContainerOptions::default()
    };
    let id = path::segment(container.as_str());
    let request = tokio::spawn(async move {
        session.docker.upload_to_container(&id, Some(options), bollard::body_try_stream(body)).await
    });
    DockerSink { parts: Some(parts), whole, request, content, clock }
}

impl DockerSink {
    async fn send(&mut self, part: Vec<u8>) -> Result<()> {
        if part.is_empty() {
            return Ok(());
        }
        let sent = match &self.parts {
            Some(parts) => parts.send(part.into()).await.is_ok(),
            None => false,
        };
        if sent {
            return Ok(());
        }
        // The engine has answered before it had everything.
        self.answer().await?;
        Err(FilesError::Refused(FileRefusal::Interrupted))
    }

    async fn answer(&mut self) -> Result<()> {
        self.parts = None;
        match within(&*self.clock, PATIENCE, &mut self.request).await {
            Some(Ok(answered)) => answered.map_err(answer::error),
            Some(Err(_)) => Err(FilesError::Failed(EngineError::Unavailable {
                reason: "the upload to the engine ended without an answer".to_owned(),
            })),
            None => Err(FilesError::Failed(EngineError::Timeout { after: PATIENCE })),
        }
    }
}

#[async_trait]
impl FileSink<EngineError> for DockerSink {
    async fn write(&mut self, part: Vec<u8>) -> Result<()> {
        match &mut self.content {
            Content::File { left, .. } => match left.checked_sub(part.len() as u64) {
                Some(rest) => *left = rest,
                None => return Err(FilesError::Refused(FileRefusal::Interrupted)),
            },
            Content::Archive(check, links, place) => {
                check.read(&part).map_err(FilesError::Refused)?;
                if let Some(link) = check.folders().into_iter().find(|folder| links.contains(folder)) {
                    let path = format!("{}/{link}", place.as_str().trim_end_matches('/'));
                    return Err(FilesError::Refused(FileRefusal::LinkOnTheWay { path }));
                }
            }
        }
        self.send(part).await
    }

    async fn finish(mut self: Box<Self>) -> Result<()> {
        let trailer = match &self.content {
            Content::File { left: 0, trailer } => *trailer,
            Content::File { .. } => return Err(FilesError::Refused(FileRefusal::Interrupted)),
            Content::Archive(check, ..) => {
                check.finish().map_err(FilesError::Refused)?;
                0
            }
        };
        self.send(vec![0; trailer]).await?;
        self.whole.store(true, Ordering::Release);
        self.answer().await
    }
}
