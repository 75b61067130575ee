//! The files of a build, for either builder. The same files always give the same result, whoever stored them and when:
//! sorted, with fixed times, owners and modes.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use core_monitor_domain::desired::{BuildFiles, BuildSpec, ContextFile, Dockerfile};
use core_monitor_domain::effect::NewImage;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::{BuildSource, EngineError};

const FILE_MODE: u32 = 0o644;
const PROGRAM_MODE: u32 = 0o755;
const FOLDER_MODE: u32 = 0o755;

/// The engine's name for the ignore file.
const IGNORE_FILE: &str = ".dockerignore";

/// The source of the files of one version.
#[derive(Clone)]
pub(super) struct Version {
    source: Arc<dyn BuildSource>,
    stack: StackId,
    number: VersionNumber,
}

/// Entries by path; a folder precedes its content.
pub(super) type Folder = BTreeMap<EntryPath, Entry>;

/// A relative path. Sorted by components, so that a folder precedes its content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EntryPath(Vec<String>);

/// The entry at a path.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    Folder,
    /// A file of the version.
    Stored {
        path: String,
        size: u64,
        mode: u32,
    },
    /// A file that exists only in the build.
    Text(Bytes),
}

impl EntryPath {
    fn new(path: &str) -> Self {
        Self(path.split('/').map(ToOwned::to_owned).collect())
    }

    fn is_ignore_file(&self) -> bool {
        self.0.last().is_some_and(|name| name.ends_with(IGNORE_FILE))
    }

    /// The path with slashes.
    pub(super) fn text(&self) -> String {
        self.0.join("/")
    }
}

impl Entry {
    /// Size in bytes; zero for a folder.
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Folder => 0,
            Self::Stored { size, .. } => *size,
            Self::Text(text) => text.len() as u64,
        }
    }

    /// Permissions.
    pub(super) fn mode(&self) -> u32 {
        match self {
            Self::Folder => FOLDER_MODE,
            Self::Stored { mode, .. } => *mode,
            Self::Text(_) => FILE_MODE,
        }
    }
}

impl Version {
    pub(super) fn new(source: &Arc<dyn BuildSource>, new: &NewImage) -> Self {
        Self { source: Arc::clone(source), stack: new.stack_id, number: new.version }
    }

    /// Lists the files of the version.
    pub(super) async fn files(&self) -> Result<BuildFiles, EngineError> {
        let files = self.source.files(self.stack, self.number).await;
        files.map_err(|error| EngineError::Conflict { message: error.to_string() })
    }

    /// Reads the content of an entry; only one file at a time is in memory.
    pub(super) async fn read(&self, entry: &Entry) -> io::Result<Bytes> {
        match entry {
            Entry::Folder => Ok(Bytes::new()),
            Entry::Text(text) => Ok(text.clone()),
            Entry::Stored { path, size, .. } => {
                let content = self.source.read(self.stack, self.number, path).await;
                let content = content.map_err(io::Error::other)?;
                if content.len() as u64 != *size {
                    return Err(io::Error::other(format!("`{path}` does not have the listed size")));
                }
                Ok(Bytes::from_owner(content))
            }
        }
    }
}

/// The folder that build steps see: all files that are not ignored.
pub(super) fn seen_by_steps(files: &BuildFiles, spec: &BuildSpec) -> Result<Folder, EngineError> {
    let sent = sent(files, spec)?;
    Ok(folder(sent.iter().filter(|file| !file.hidden).map(stored)))
}

/// A folder with the Dockerfile and its own ignore file.
pub(super) fn instructions(files: &BuildFiles, spec: &BuildSpec) -> Folder {
    let name = spec.dockerfile_name();
    let name = name.rsplit('/').next().unwrap_or(&name);
    let file = |path: &str, name: String| {
        files.get(path).map(|entry| stored(&ContextFile { path: name.into(), entry, hidden: true }))
    };
    match &spec.dockerfile {
        Dockerfile::Inline(text) => folder([(name.to_owned(), Entry::Text(Bytes::from(text.clone())))]),
        Dockerfile::Stored(path) => {
            let own = files.own_ignore(spec).and_then(|own| file(&own, format!("{name}{IGNORE_FILE}")));
            folder(file(path, name.to_owned()).into_iter().chain(own))
        }
    }
}

/// Everything in one folder, for a builder that removes its Dockerfile and `.dockerignore` if the latter lists them, but
/// does not apply its other rules.
pub(super) fn with_instructions(files: &BuildFiles, spec: &BuildSpec) -> Result<Folder, EngineError> {
    let sent = sent(files, spec)?;
    let mut folder = folder(sent.iter().filter(|file| !file.hidden).map(stored));
    let name = spec.dockerfile_name();
    let (dockerfile, ignore) = (EntryPath::new(&name), EntryPath::new(IGNORE_FILE));
    if folder.contains_key(&dockerfile) {
        return Ok(folder);
    }
    let text = match folder.get(&ignore) {
        Some(Entry::Stored { path, .. }) => format!("{}\n", files.text(path).unwrap_or_default()),
        // A generated ignore file must not end up in the image.
        _ => format!("{IGNORE_FILE}\n"),
    };
    folder.insert(ignore, Entry::Text(Bytes::from(format!("{text}{name}\n"))));
    let instructions = instructions(files, spec).into_iter().find(|(path, _)| !path.is_ignore_file());
    folder.extend(instructions.map(|(_, entry)| (dockerfile, entry)));
    Ok(folder)
}

fn sent<'a>(files: &'a BuildFiles, spec: &BuildSpec) -> Result<Vec<ContextFile<'a>>, EngineError> {
    files.sent_by(spec).map_err(|error| EngineError::Conflict { message: error.to_string() })
}

fn stored(file: &ContextFile<'_>) -> (String, Entry) {
    let mode = if file.entry.executable { PROGRAM_MODE } else { FILE_MODE };
    let entry = Entry::Stored { path: file.entry.path.clone(), size: file.entry.size, mode };
    (file.path.clone().into_owned(), entry)
}

/// Adds the parent folders of the files.
fn folder(entries: impl IntoIterator<Item = (String, Entry)>) -> Folder {
    let mut folder = Folder::new();
    for (path, entry) in entries {
        let path = EntryPath::new(&path);
        for depth in 1..path.0.len() {
            folder.entry(EntryPath(path.0[..depth].to_vec())).or_insert(Entry::Folder);
        }
        folder.insert(path, entry);
    }
    folder
}
