//! Streams a folder as an uncompressed tar: the classic builder receives its files in the request body.

use std::io;

use bytes::Bytes;
use futures::stream::{self, Stream};

use super::context::{Entry, Folder, Version};

/// The tar as a stream that reads the files on demand.
pub(super) fn stream(
    version: Version,
    folder: Folder,
) -> impl Stream<Item = io::Result<Bytes>> + Send + use<> {
    let entries = folder.into_iter().map(Some).chain([None]);
    stream::try_unfold((entries, version), async |(mut entries, version)| {
        let bytes = match entries.next() {
            None => return Ok(None),
            Some(None) => Bytes::from_static(&[0; 1024]),
            Some(Some((path, entry))) => pack(&path.text(), &entry, &version.read(&entry).await?)?,
        };
        Ok(Some((bytes, (entries, version))))
    })
}

/// Header, content and padding.
fn pack(path: &str, entry: &Entry, content: &[u8]) -> io::Result<Bytes> {
    let mut header = tar::Header::new_gnu();
    let is_folder = matches!(entry, Entry::Folder);
    header.set_entry_type(if is_folder { tar::EntryType::Directory } else { tar::EntryType::Regular });
    header.set_size(content.len() as u64);
    header.set_mode(entry.mode());
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    let mut builder = tar::Builder::new(Vec::with_capacity(content.len() + 1024));
    builder.append_data(&mut header, path, content)?;
    // Taken out before the tar builder appends the end of the archive.
    Ok(Bytes::from(std::mem::take(builder.get_mut())))
}
