//! Files in containers: a few folders and files, in memory.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::container_file::{
    Download, FileEntry, FileKind, FilePath, FilePlace, FileRefusal, FolderListing, TarCheck, Upload,
};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{ContainerFiles, EngineError, Feed, FetchedFile, FileSink, FilesError};

use super::SimContainerEngine;

type Result<T> = std::result::Result<T, FilesError<EngineError>>;

/// The files of all containers, which every container gets when it is first looked into.
#[derive(Debug, Clone, Default)]
pub(super) struct Disks(Arc<Mutex<BTreeMap<ContainerId, Disk>>>);

type Disk = BTreeMap<String, SimFile>;

#[derive(Debug, Clone)]
struct SimFile {
    entry: FileEntry,
    content: Vec<u8>,
}

fn item(name: &str, kind: FileKind, mode: u32, content: &[u8]) -> SimFile {
    let target = (kind == FileKind::Link).then(|| String::from_utf8_lossy(content).into_owned());
    let content = if kind == FileKind::File { content.to_vec() } else { Vec::new() };
    let size = content.len() as u64;
    let name_replaced = name.contains(char::REPLACEMENT_CHARACTER);
    let name = name.to_owned();
    let entry = FileEntry { name, name_replaced, kind, size, mode, uid: 0, gid: 0, modified: None, target };
    SimFile { entry, content }
}

/// What every container has.
fn image() -> Disk {
    [
        ("/", item("/", FileKind::Folder, 0o755, b"")),
        ("/data", item("data", FileKind::Folder, 0o755, b"")),
        ("/data/elsewhere", item("elsewhere", FileKind::Link, 0o777, b"/etc")),
        ("/etc", item("etc", FileKind::Folder, 0o755, b"")),
        ("/etc/hostname", item("hostname", FileKind::File, 0o644, b"sim\n")),
        ("/etc/mtab", item("mtab", FileKind::Link, 0o777, b"/proc/mounts")),
        ("/proc", item("proc", FileKind::Folder, 0o555, b"")),
        ("/tmp", item("tmp", FileKind::Folder, 0o1777, b"")),
        ("/var", item("var", FileKind::Folder, 0o755, b"")),
        ("/var/a\u{fffd}b", item("a\u{fffd}b", FileKind::File, 0o644, b"odd\n")),
    ]
    .map(|(path, file)| (path.to_owned(), file))
    .into()
}

impl Disks {
    fn with<T>(&self, container: &ContainerId, work: impl FnOnce(&mut Disk) -> T) -> T {
        let mut disks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(disks.entry(container.clone()).or_insert_with(image))
    }

    fn find(&self, place: &FilePlace) -> Result<SimFile> {
        self.with(&place.container, |disk| {
            if let Some(root) = &place.root {
                let between = place.path.between(root);
                let link = between.iter().find(|folder| {
                    disk.get(folder.as_str()).is_some_and(|found| found.entry.kind == FileKind::Link)
                });
                if let Some(link) = link {
                    return Err(FilesError::Refused(FileRefusal::LinkOnTheWay { path: link.to_string() }));
                }
            }
            let found = disk.get(place.path.as_str()).filter(|file| !file.entry.name_replaced);
            found.cloned().ok_or(FilesError::Refused(FileRefusal::NotFound))
        })
    }

    fn folder(&self, place: &FilePlace) -> Result<SimFile> {
        let found = self.find(place)?;
        match found.entry.kind {
            FileKind::Folder => Ok(found),
            kind => Err(FilesError::Refused(FileRefusal::NotAFolder { kind, target: found.entry.target })),
        }
    }
}

impl SimContainerEngine {
    fn disk_of(&self, place: &FilePlace) -> Result<Disks> {
        let world = self.reached().map_err(FilesError::Failed)?;
        world.container(&place.container).map_err(FilesError::Failed)?;
        Ok(world.disks.clone())
    }
}

#[async_trait]
impl ContainerFiles for SimContainerEngine {
    async fn list(&self, place: &FilePlace) -> Result<FolderListing> {
        let disks = self.disk_of(place)?;
        disks.folder(place)?;
        let entries = disks.with(&place.container, |disk| {
            let within = |path: &str| {
                path.parse::<FilePath>().is_ok_and(|path| path != place.path && path.parent() == place.path)
            };
            disk.iter().filter(|(path, _)| within(path)).map(|(_, file)| file.entry.clone()).collect()
        });
        Ok(FolderListing::new(entries, false))
    }

    async fn fetch(&self, place: &FilePlace, form: Download) -> Result<FetchedFile<EngineError>> {
        let found = self.disk_of(place)?.find(place)?;
        let kind = found.entry.kind;
        let fits = kind == FileKind::File || (form == Download::Archive && kind == FileKind::Folder);
        if !fits {
            let target = found.entry.target;
            return Err(FilesError::Refused(FileRefusal::NotAFile { kind, target }));
        }
        let (entry, content) = match form {
            Download::Content => (found.entry, found.content),
            // An empty archive is enough to be passed on.
            Download::Archive => (FileEntry { size: 0, ..found.entry }, vec![0; 1_024]),
        };
        Ok(FetchedFile { entry, content: Box::new(SimContent(content)) })
    }

    async fn put(&self, place: &FilePlace, upload: Upload) -> Result<Box<dyn FileSink<EngineError>>> {
        let disks = self.disk_of(place)?;
        if place.root.is_none() && place.path.is_virtual() {
            return Err(FilesError::Refused(FileRefusal::Virtual));
        }
        match upload {
            Upload::Archive => {
                disks.folder(place)?;
            }
            Upload::File { .. } => match disks.find(place) {
                Ok(found) if found.entry.kind != FileKind::File => {
                    let FileEntry { kind, target, .. } = found.entry;
                    return Err(FilesError::Refused(FileRefusal::NotAFile { kind, target }));
                }
                Err(FilesError::Refused(FileRefusal::NotFound)) => {
                    match disks.folder(&FilePlace { path: place.path.parent(), ..place.clone() }) {
                        Err(FilesError::Refused(FileRefusal::NotFound)) => {
                            return Err(FilesError::Refused(FileRefusal::NoFolder));
                        }
                        found => found?,
                    };
                }
                found => {
                    found?;
                }
            },
        }
        let sink =
            SimSink { disks, place: place.clone(), upload, written: Vec::new(), check: TarCheck::default() };
        Ok(Box::new(sink))
    }
}

struct SimContent(Vec<u8>);

#[async_trait]
impl Feed<Vec<u8>, EngineError> for SimContent {
    async fn next(&mut self) -> std::result::Result<Option<Vec<u8>>, EngineError> {
        let rest = self.0.split_off(self.0.len().min(64 << 10));
        let part = std::mem::replace(&mut self.0, rest);
        Ok((!part.is_empty()).then_some(part))
    }
}

struct SimSink {
    disks: Disks,
    place: FilePlace,
    upload: Upload,
    written: Vec<u8>,
    check: TarCheck,
}

#[async_trait]
impl FileSink<EngineError> for SimSink {
    async fn write(&mut self, part: Vec<u8>) -> Result<()> {
        match self.upload {
            Upload::Archive => self.check.read(&part).map_err(FilesError::Refused),
            Upload::File { size, .. } if (self.written.len() + part.len()) as u64 > size => {
                Err(FilesError::Refused(FileRefusal::Interrupted))
            }
            Upload::File { .. } => {
                self.written.extend(part);
                Ok(())
            }
        }
    }

    async fn finish(self: Box<Self>) -> Result<()> {
        let Upload::File { size, mode, uid, gid } = self.upload else {
            return self.check.finish().map_err(FilesError::Refused);
        };
        if self.written.len() as u64 != size {
            return Err(FilesError::Refused(FileRefusal::Interrupted));
        }
        let Self { disks, place, written, .. } = *self;
        let name = place.path.name().unwrap_or_default().to_owned();
        disks.with(&place.container, |disk| {
            let mut file = match disk.entry(place.path.to_string()) {
                Entry::Occupied(entry) => entry.get().clone(),
                Entry::Vacant(_) => item(&name, FileKind::File, 0o644, b""),
            };
            file.entry.size = size;
            file.entry.mode = mode.unwrap_or(file.entry.mode);
            file.entry.uid = uid.map_or(file.entry.uid, u64::from);
            file.entry.gid = gid.map_or(file.entry.gid, u64::from);
            file.content = written;
            disk.insert(place.path.to_string(), file);
        });
        Ok(())
    }
}
