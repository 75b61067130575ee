//! Puts an artifact into a container: a tar that is made while it is sent, so that it never is in memory as a whole.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bollard::query_parameters::{ContainerArchiveInfoOptions, UploadToContainerOptions};
use bytes::Bytes;
use core_monitor_domain::artifact::{ArtifactForm, SlotContent};
use core_monitor_domain::effect::EffectOutcome;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{ArtifactError, ArtifactFeed, EngineError, Feed, OpenArtifact};
use core_monitor_domain::time::Timestamp;
use futures::{Stream, stream};

use crate::classify::{self, Operation};
use crate::path;
use crate::session::Session;
use crate::sources::Sources;

mod headers;

use headers::Headers;

/// Size of a block of a tar.
const BLOCK: usize = 512;

/// Writes the files of the artifact, replacing existing ones.
pub(crate) async fn put(
    session: &Session,
    sources: &Sources,
    container: &ContainerId,
    content: &SlotContent,
    modified: Timestamp,
) -> Result<EffectOutcome, EngineError> {
    let artifacts =
        sources.artifacts.as_ref().ok_or_else(|| not_readable("this worker has none".to_owned()))?;
    let opened = artifacts.open(&content.digest).await.map_err(|error| unreadable(&error))?;
    let fault = Fault::default();
    let watched = Watched { content: opened.content, fault: Arc::clone(&fault) };
    let opened = OpenArtifact { content: Box::new(watched), ..opened };
    let looks = Looks { content, modified };
    let sent = match content.form {
        // The engine creates missing folders.
        ArtifactForm::File => send(session, container, "/", looks.file(opened)?).await,
        ArtifactForm::Tree => {
            make_folder(session, container, &looks).await?;
            send(session, container, &content.path, looks.tree(opened)).await
        }
    };
    // The engine only sees a request that was broken off.
    let fault = fault.lock().unwrap_or_else(PoisonError::into_inner).take();
    fault.map_or(sent, |message| Err(not_readable(message)))
}

/// Why the stored bytes could not be read to their end, once it was noticed: they are others, or the disk fails.
type Fault = Arc<Mutex<Option<String>>>;

/// The bytes of an artifact, and what was wrong with them.
struct Watched {
    content: ArtifactFeed,
    fault: Fault,
}

#[async_trait]
impl Feed<Vec<u8>, ArtifactError> for Watched {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, ArtifactError> {
        let next = self.content.next().await;
        if let Err(error) = &next {
            *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
        }
        next
    }
}

/// Creates the folder of a tree if it is missing. One that is there keeps its owner and mode.
async fn make_folder(
    session: &Session,
    container: &ContainerId,
    looks: &Looks<'_>,
) -> Result<(), EngineError> {
    let options = ContainerArchiveInfoOptions { path: looks.content.path.clone() };
    let id = path::segment(container.as_str());
    if session.docker.get_container_archive_info(&id, Some(options)).await.is_ok() {
        return Ok(());
    }
    // If the container is gone rather than the folder, this says so.
    let folder = looks.folder(&looks.content.path).map_err(|error| not_readable(error.to_string()))?;
    send(session, container, "/", stream::iter([Ok(Bytes::from(folder))])).await.map(|_| ())
}

async fn send(
    session: &Session,
    container: &ContainerId,
    folder: &str,
    archive: impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static,
) -> Result<EffectOutcome, EngineError> {
    let options = UploadToContainerOptions { path: folder.to_owned(), ..UploadToContainerOptions::default() };
    let body = bollard::body_try_stream(archive);
    let id = path::segment(container.as_str());
    let sent = session.docker.upload_to_container(&id, Some(options), body).await;
    sent.map(|()| EffectOutcome::Done).map_err(|error| classify::failure(Operation::Copy, error))
}

/// How the files look in the container.
struct Looks<'c> {
    content: &'c SlotContent,
    modified: Timestamp,
}

/// A part of what is sent.
enum Part {
    /// Before the bytes of the artifact.
    Before(Vec<u8>),
    /// The bytes.
    Bytes,
    /// After the bytes.
    After,
    Done,
}

impl Looks<'_> {
    fn headers(&self) -> Headers {
        let owner = self.content.owner;
        Headers::new(owner.uid, owner.gid, self.content.mode, self.modified.as_millis() / 1000)
    }

    /// A file as the only member of an archive of the root folder.
    fn file(
        &self,
        opened: OpenArtifact,
    ) -> Result<impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static, EngineError> {
        let header = self.headers().of_file(&self.content.path, opened.size);
        let header = header.map_err(|error| not_readable(error.to_string()))?;
        let size = usize::try_from(opened.size % BLOCK as u64).unwrap_or_default();
        let padding = (BLOCK - size) % BLOCK + 2 * BLOCK;
        let state = (Part::Before(header), opened.content);
        Ok(stream::try_unfold(state, move |(part, mut content)| async move {
            let mut part = part;
            loop {
                part = match part {
                    Part::Before(header) => return Ok(Some((Bytes::from(header), (Part::Bytes, content)))),
                    Part::Bytes => match content.next().await.map_err(broken)? {
                        Some(chunk) => return Ok(Some((Bytes::from(chunk), (Part::Bytes, content)))),
                        None => Part::After,
                    },
                    Part::After => return Ok(Some((Bytes::from(vec![0; padding]), (Part::Done, content)))),
                    Part::Done => return Ok(None),
                }
            }
        }))
    }

    /// The stored archive with other owners, modes and times.
    fn tree(
        &self,
        opened: OpenArtifact,
    ) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
        let state = (self.headers(), opened.content);
        stream::try_unfold(state, |(mut headers, mut content)| async move {
            let Some(chunk) = content.next().await.map_err(broken)? else { return Ok(None) };
            Ok(Some((Bytes::from(headers.rewritten(&chunk)?), (headers, content))))
        })
    }

    /// An archive with one folder.
    fn folder(&self, path: &str) -> std::io::Result<Vec<u8>> {
        self.headers().of_folder(path)
    }
}

/// The request is broken off, so that the engine refuses what has arrived.
fn broken(error: ArtifactError) -> std::io::Error {
    std::io::Error::other(error)
}

fn unreadable(error: &ArtifactError) -> EngineError {
    not_readable(error.to_string())
}

fn not_readable(message: String) -> EngineError {
    EngineError::Refused { status: 0, message }
}
