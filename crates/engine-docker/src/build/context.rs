//! The files of a build as one uncompressed tar, made while it is sent: one file at a time is in memory. The same files
//! give the same bytes, whoever stored them and whenever.

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use core_monitor_domain::desired::{BuildFiles, BuildSpec, Dockerfile};
use core_monitor_domain::ports::{BuildSource, EngineError, NewImage};
use futures::stream::{self, Stream};

const FILE_MODE: u32 = 0o644;
const PROGRAM_MODE: u32 = 0o755;

/// One entry of the tar.
enum Part {
    Folder(String),
    /// Path in the tar, and the file of the version.
    Stored {
        path: String,
        stored: String,
        size: u64,
        mode: u32,
    },
    Text {
        path: String,
        text: String,
    },
    End,
}

/// Looks up what is sent, and returns it as a stream that reads the files as it goes.
pub(super) async fn stream(
    source: Arc<dyn BuildSource>,
    new: &NewImage,
) -> Result<impl Stream<Item = io::Result<Bytes>> + Send + use<>, EngineError> {
    let (stack, version) = (new.stack_id, new.version);
    let unreadable = |message: String| EngineError::Conflict { message };
    let files = source.files(stack, version).await.map_err(|error| unreadable(error.to_string()))?;
    let parts = parts(&files, &new.spec).map_err(unreadable)?;
    Ok(stream::try_unfold((parts, source), move |(mut parts, source)| async move {
        let Some(part) = parts.pop_front() else { return Ok(None) };
        let bytes = match part {
            Part::Folder(path) => entry(&path, None)?,
            Part::Text { path, text } => entry(&path, Some((text.as_bytes(), FILE_MODE)))?,
            Part::Stored { path, stored, size, mode } => {
                let content = source.read(stack, version, &stored).await.map_err(io::Error::other)?;
                if content.len() as u64 != size {
                    return Err(io::Error::other(format!("`{stored}` is not as long as the list says")));
                }
                entry(&path, Some((content.as_ref(), mode)))?
            }
            Part::End => Bytes::from_static(&[0; 1024]),
        };
        Ok(Some((bytes, (parts, source))))
    }))
}

fn parts(files: &BuildFiles, spec: &BuildSpec) -> Result<VecDeque<Part>, String> {
    let sent = files.sent_by(spec).map_err(|error| error.to_string())?;
    let outside = spec.outside_name();
    let hides_dockerfile = spec.dockerfile_name() == outside;
    let mut folders = BTreeSet::new();
    let mut parts = VecDeque::new();
    for file in &sent {
        for (end, _) in file.path.match_indices('/') {
            if folders.insert(file.path[..end].to_owned()) {
                parts.push_back(Part::Folder(file.path[..end].to_owned()));
            }
        }
        // Written below, with one line more.
        if hides_dockerfile && file.path == ".dockerignore" {
            continue;
        }
        parts.push_back(Part::Stored {
            path: file.path.clone().into_owned(),
            stored: file.entry.path.clone(),
            size: file.entry.size,
            mode: if file.entry.executable { PROGRAM_MODE } else { FILE_MODE },
        });
    }
    if hides_dockerfile {
        // The builder takes out what this file names once it has read it: a Dockerfile from elsewhere must not end up
        // in the image of `COPY .`, nor a `.dockerignore` that nobody wrote.
        let written = files.ignore_text(&spec.context);
        let own = if written.is_empty() { ".dockerignore\n" } else { "" };
        let text = format!("{written}\n{own}{outside}\n");
        parts.push_back(Part::Text { path: ".dockerignore".to_owned(), text });
    }
    if let Dockerfile::Inline(text) = &spec.dockerfile {
        parts.push_back(Part::Text { path: outside, text: text.clone() });
    }
    parts.push_back(Part::End);
    Ok(parts)
}

/// Header, content and padding. `None`: a folder.
fn entry(path: &str, content: Option<(&[u8], u32)>) -> io::Result<Bytes> {
    let mut header = tar::Header::new_gnu();
    let (bytes, mode) = content.unwrap_or((&[], PROGRAM_MODE));
    header.set_entry_type(if content.is_some() {
        tar::EntryType::Regular
    } else {
        tar::EntryType::Directory
    });
    header.set_size(bytes.len() as u64);
    header.set_mode(mode);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    let mut builder = tar::Builder::new(Vec::with_capacity(bytes.len() + 1024));
    builder.append_data(&mut header, path, bytes)?;
    // Taken out before the builder writes the end of an archive behind it.
    Ok(Bytes::from(std::mem::take(builder.get_mut())))
}
