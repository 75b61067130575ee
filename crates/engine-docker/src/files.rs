//! Files in containers, by the engine's archives of them.
//!
//! The engine resolves paths within the container, whether it runs or not, and gives a folder only as a tar of everything below it.

use std::sync::Arc;

use core_monitor_domain::container_file::{
    Download, FileEntry, FileKind, FilePath, FilePlace, FileRefusal, FolderListing, Upload,
};
use core_monitor_domain::ports::{Clock, EngineError, FetchedFile, FileSink, FilesError};
use hyper::Method;
use hyper::body::Incoming;

mod answer;
mod fetch;
mod header;
mod list;
mod members;
mod sink;
mod stat;

use crate::path;
use crate::session::Session;

type Result<T> = std::result::Result<T, FilesError<EngineError>>;

/// What is in a folder.
pub(crate) async fn list(
    session: &Session,
    clock: &Arc<dyn Clock>,
    place: &FilePlace,
) -> Result<FolderListing> {
    let found = find(session, place).await?;
    if found.kind != FileKind::Folder {
        return Err(FilesError::Refused(FileRefusal::NotAFolder { kind: found.kind, target: found.target }));
    }
    // The members of `folder/.` begin with the folder itself.
    let archive = open(session, place, "/.").await?;
    list::list(archive, Arc::clone(clock)).await
}

/// A file, or everything below a folder.
pub(crate) async fn fetch(
    session: &Session,
    place: &FilePlace,
    form: Download,
) -> Result<FetchedFile<EngineError>> {
    let found = find(session, place).await?;
    let fits = match form {
        Download::Content => found.kind == FileKind::File,
        Download::Archive => matches!(found.kind, FileKind::File | FileKind::Folder),
    };
    if !fits {
        return Err(FilesError::Refused(FileRefusal::NotAFile { kind: found.kind, target: found.target }));
    }
    // The root of a volume has no name of its own, only that of the folder where this container happens to mount it.
    let nameless = form == Download::Archive && place.root.as_ref() == Some(&place.path);
    let archive = open(session, place, if nameless { "/." } else { "" }).await?;
    match form {
        Download::Content => fetch::content(archive).await,
        Download::Archive => Ok(fetch::whole(archive, FileEntry { size: 0, ..found })),
    }
}

/// Begins to write.
pub(crate) async fn put(
    session: Arc<Session>,
    clock: Arc<dyn Clock>,
    place: &FilePlace,
    upload: Upload,
) -> Result<Box<dyn FileSink<EngineError>>> {
    if place.root.is_none() && place.path.is_virtual() {
        return Err(FilesError::Refused(FileRefusal::Virtual));
    }
    match upload {
        Upload::Archive => {
            let found = find(&session, place).await?;
            if found.kind != FileKind::Folder {
                let FileEntry { kind, target, .. } = found;
                return Err(FilesError::Refused(FileRefusal::NotAFolder { kind, target }));
            }
            // Before the engine begins to unpack: while it does, it answers nothing else about the container.
            let links = match &place.root {
                Some(_) => Some(list::links(open(&session, place, "/.").await?, Arc::clone(&clock)).await?),
                None => None,
            };
            Ok(Box::new(sink::archive(session, clock, place, links)))
        }
        Upload::File { size, mode, uid, gid } => {
            let Some(name) = place.path.name() else {
                return Err(FilesError::Refused(FileRefusal::NotAFile {
                    kind: FileKind::Folder,
                    target: None,
                }));
            };
            let before = replaced(&session, place).await?;
            let look = header::Look {
                mode: mode.or(before.as_ref().map(|entry| entry.mode)).unwrap_or(0o644),
                uid: uid.map(u64::from).or(before.as_ref().map(|entry| entry.uid)).unwrap_or(0),
                gid: gid.map(u64::from).or(before.as_ref().map(|entry| entry.gid)).unwrap_or(0),
                modified: clock.now(),
            };
            let header = header::of_file(name, size, &look);
            Ok(Box::new(sink::file(session, clock, &place.container, &place.path.parent(), header, size)))
        }
    }
}

/// The file that an upload replaces, with its owner. Something else in its place is not replaced.
async fn replaced(session: &Session, place: &FilePlace) -> Result<Option<FileEntry>> {
    let found = match find(session, place).await {
        Ok(found) => found,
        Err(FilesError::Refused(FileRefusal::NotFound)) => {
            // The folder must be there, or the engine would create it.
            let folder = FilePlace { path: place.path.parent(), ..place.clone() };
            let found = match find(session, &folder).await {
                Err(FilesError::Refused(FileRefusal::NotFound)) => {
                    return Err(FilesError::Refused(FileRefusal::NoFolder));
                }
                found => found?,
            };
            if found.kind != FileKind::Folder {
                let FileEntry { kind, target, .. } = found;
                return Err(FilesError::Refused(FileRefusal::NotAFolder { kind, target }));
            }
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if found.kind != FileKind::File {
        return Err(FilesError::Refused(FileRefusal::NotAFile { kind: found.kind, target: found.target }));
    }
    // Only the archive has the owner; nothing is read but its first header.
    Ok(Some(fetch::content(open(session, place, "").await?).await?.entry))
}

/// What is at a place. No folder between its root and it may be a link.
async fn find(session: &Session, place: &FilePlace) -> Result<FileEntry> {
    if let Some(root) = &place.root {
        for folder in place.path.between(root) {
            if stat::stat(session, &place.container, &folder).await?.kind == FileKind::Link {
                return Err(FilesError::Refused(FileRefusal::LinkOnTheWay { path: folder.to_string() }));
            }
        }
    }
    stat::stat(session, &place.container, &place.path).await
}

/// The archive of a place, with this behind its path.
async fn open(session: &Session, place: &FilePlace, behind: &str) -> Result<Incoming> {
    let address = address(&place.container, &place.path, behind);
    let response = session.send(Method::GET, &address).await.map_err(answer::error)?;
    Ok(response.into_body())
}

fn address(container: &core_monitor_domain::ids::ContainerId, file: &FilePath, behind: &str) -> String {
    let (container, file) = (path::segment(container.as_str()), path::value(&format!("{file}{behind}")));
    format!("/containers/{container}/archive?path={file}")
}
