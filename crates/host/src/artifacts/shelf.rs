//! The folders of artifacts.
//!
//! Every folder is opened on its own and must be one of this user that nobody else can write.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::ports::StoredArtifact;
use core_monitor_domain::time::Timestamp;
use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, Dir, FlockOperation, Mode, OFlags, flock, mkdirat, openat, renameat, unlinkat};
use rustix::io::Errno;

const OPEN_FOLDER: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// The open folders.
#[derive(Debug)]
pub(super) struct Shelf {
    stored: OwnedFd,
    incoming: OwnedFd,
    /// That of the data folder.
    owner: u32,
}

/// A file without a name of its own yet. Dropping it removes it.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) file: File,
    folder: OwnedFd,
    name: String,
    is_named: bool,
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_named {
            // What stays is removed by `remove_remains`.
            let _ = unlinkat(&self.folder, &self.name, AtFlags::empty());
        }
    }
}

impl Shelf {
    /// Opens the folders in `root`; `None` if they are missing.
    pub(super) fn open(root: &Path) -> io::Result<Option<Self>> {
        Self::open_or(root, |_, _| Ok(false))
    }

    /// Opens the folders in `root`, and makes them where they are missing.
    pub(super) fn make(root: &Path) -> io::Result<Self> {
        let made = Self::open_or(root, |parent, name| make(parent, name).map(|()| true))?;
        made.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// `missing` may make a folder, and says whether it did.
    fn open_or(
        root: &Path,
        missing: impl Fn(&OwnedFd, &str) -> io::Result<bool>,
    ) -> io::Result<Option<Self>> {
        let parent = root.parent().unwrap_or(Path::new("."));
        // The data folder may be a link: it is the operator's.
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let parent = rustix::fs::open(parent, flags, Mode::empty())?;
        let owner = rustix::fs::fstat(&parent)?.st_uid;
        let open = |parent: &OwnedFd, name: &str| match folder(parent, name, owner)? {
            None if missing(parent, name)? => folder(parent, name, owner),
            found => Ok(found),
        };
        let name = root.file_name().and_then(|name| name.to_str()).unwrap_or("artifacts");
        let Some(root) = open(&parent, name)? else { return Ok(None) };
        let (Some(stored), Some(incoming)) = (open(&root, "sha256")?, open(&root, "incoming")?) else {
            return Ok(None);
        };
        Ok(Some(Self { stored, incoming, owner }))
    }

    /// An artifact, with what is known about it. A link or anything else in its place is none: an artifact that is sent again
    /// takes the place of it.
    pub(super) fn find(&self, digest: &ArtifactDigest) -> io::Result<Option<(File, StoredArtifact)>> {
        let hex = digest.hex();
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let part = match openat(&self.stored, part_of(&hex), OPEN_FOLDER, Mode::empty()) {
            Err(Errno::NOENT) => return Ok(None),
            opened => opened?,
        };
        let file = match openat(&part, hex.as_str(), flags, Mode::empty()) {
            // NXIO: a socket.
            Err(Errno::NOENT | Errno::LOOP | Errno::NXIO) => return Ok(None),
            opened => File::from(opened?),
        };
        let found = file.metadata()?;
        if !found.is_file() && !found.is_dir() {
            return Ok(None);
        }
        if found.is_dir() {
            return Err(io::Error::other(format!("`{hex}` is not an ordinary file: remove it")));
        }
        let used_at = found.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        let used_at = i64::try_from(used_at.as_millis()).ok().and_then(Timestamp::from_millis);
        let used_at = used_at.ok_or_else(|| io::Error::other("the time of a file is out of range"))?;
        Ok(Some((file, StoredArtifact { digest: *digest, size: found.len(), used_at })))
    }

    /// Every artifact, sorted by digest.
    pub(super) fn list(&self) -> io::Result<Vec<StoredArtifact>> {
        let mut found = Vec::new();
        for part in names(&self.stored)? {
            let opened = match openat(&self.stored, part.as_str(), OPEN_FOLDER, Mode::empty()) {
                Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => continue,
                opened => opened?,
            };
            for name in names(&opened)? {
                // What is called otherwise is not ours.
                let Ok(digest) = format!("sha256:{name}").parse() else { continue };
                if part_of(&name) == part {
                    found.extend(self.find(&digest)?.map(|(_, artifact)| artifact));
                }
            }
        }
        found.sort_unstable_by_key(|artifact| artifact.digest);
        Ok(found)
    }

    /// A new empty file, locked for as long as it is open.
    pub(super) fn draft(&self) -> io::Result<Draft> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        loop {
            let name = format!("{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
            match openat(&self.incoming, name.as_str(), flags, Mode::RUSR | Mode::WUSR) {
                // A process of the same number has left it.
                Err(Errno::EXIST) => {}
                opened => {
                    let file = File::from(opened?);
                    let draft = Draft { file, folder: self.incoming.try_clone()?, name, is_named: false };
                    flock(&draft.file, FlockOperation::NonBlockingLockExclusive)?;
                    return Ok(draft);
                }
            }
        }
    }

    /// Gives a draft its name. Both folders are on the disk when it returns.
    pub(super) fn name(&self, mut draft: Draft, digest: &ArtifactDigest) -> io::Result<()> {
        let hex = digest.hex();
        let part = part_of(&hex);
        if folder(&self.stored, part, self.owner)?.is_none() {
            make(&self.stored, part)?;
        }
        let part = folder(&self.stored, part, self.owner)?.ok_or(io::ErrorKind::NotFound)?;
        renameat(&self.incoming, draft.name.as_str(), &part, hex.as_str())?;
        draft.is_named = true;
        rustix::fs::fsync(&part)?;
        Ok(())
    }

    pub(super) fn remove(&self, digest: &ArtifactDigest) -> io::Result<()> {
        let hex = digest.hex();
        let part = openat(&self.stored, part_of(&hex), OPEN_FOLDER, Mode::empty())?;
        Ok(unlinkat(&part, hex.as_str(), AtFlags::empty())?)
    }

    /// Removes the drafts that nobody holds open and that were last written before `since`.
    pub(super) fn remove_remains(&self, since: Timestamp) -> io::Result<()> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        for name in names(&self.incoming)? {
            let Ok(file) = openat(&self.incoming, name.as_str(), flags, Mode::empty()) else { continue };
            let written = File::from(file.try_clone()?).metadata()?.mtime().saturating_mul(1_000);
            let is_old = written < since.as_millis();
            if is_old && flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
                unlinkat(&self.incoming, name.as_str(), AtFlags::empty())?;
            }
        }
        Ok(())
    }
}

/// The first two digits, so that no folder gets too many files.
fn part_of(hex: &str) -> &str {
    hex.get(..2).unwrap_or(hex)
}

/// Opens a folder of `owner`, and refuses one that others could have filled; `None` if it is missing.
fn folder(parent: &OwnedFd, name: &str, owner: u32) -> io::Result<Option<OwnedFd>> {
    let opened = match openat(parent, name, OPEN_FOLDER, Mode::empty()) {
        Err(Errno::NOENT) => return Ok(None),
        Err(Errno::LOOP | Errno::NOTDIR) => {
            let words = format!("`{name}` is not a folder, and links are not followed here: remove it");
            return Err(io::Error::other(words));
        }
        opened => opened?,
    };
    let found = rustix::fs::fstat(&opened)?;
    if found.st_uid != owner || found.st_mode & 0o022 != 0 {
        let words = format!("the folder `{name}` belongs to another user, or others can write it");
        return Err(io::Error::other(words));
    }
    Ok(Some(opened))
}

fn make(parent: &OwnedFd, name: &str) -> io::Result<()> {
    match mkdirat(parent, name, Mode::RWXU) {
        Ok(()) => Ok(rustix::fs::fsync(parent)?),
        // Somebody else was faster.
        Err(Errno::EXIST) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn names(folder: &OwnedFd) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != "." && name != ".." {
            names.push(name);
        }
    }
    Ok(names)
}
