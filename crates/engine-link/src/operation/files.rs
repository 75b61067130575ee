//! Files in containers.

use async_trait::async_trait;
use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use core_monitor_domain::container_file::{
    Download, FileEntry, FilePlace, FileRefusal, FolderListing, Upload,
};
use core_monitor_domain::ports::{EngineLink, FetchedFile, FileSink, FilesError, LinkError};
use serde::{Deserialize, Serialize};

use super::{Exchange, NoInput, Operation, Payload, Question};
use crate::refusal::garbled;

/// What the worker refuses about a file is an answer, not an error of the link.
type Answered<T> = Result<T, FileRefusal>;

fn answered<T>(result: Result<T, FilesError<LinkError>>) -> Result<Answered<T>, LinkError> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(FilesError::Refused(refusal)) => Ok(Err(refusal)),
        Err(FilesError::Failed(error)) => Err(error),
    }
}

/// What is in a folder.
pub(crate) struct ListFiles;

#[async_trait]
impl Question for ListFiles {
    const NAME: &'static str = "list_files";
    type Request = FilePlace;
    type Answer = Answered<FolderListing>;

    async fn answer(link: &dyn EngineLink, place: FilePlace) -> Result<Self::Answer, LinkError> {
        answered(link.list_files(&place).await)
    }
}

/// A file, or everything below a folder.
pub(crate) struct FetchFile;

/// What to fetch.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FetchRequest {
    pub(crate) place: FilePlace,
    pub(crate) form: Download,
}

/// A part of what is fetched.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FetchItem {
    /// First: what it is, or why it cannot be had.
    Head(Answered<FileEntry>),
    /// Then its content.
    Part(Bytes),
}

#[async_trait]
impl Operation for FetchFile {
    const NAME: &'static str = "fetch_file";
    const LONGEST_ITEM: usize = 256 << 10;
    const REPEATABLE: bool = true;
    type Request = FetchRequest;
    type Input = NoInput;
    type Item = FetchItem;
    type End = ();
    type Ready = Answered<FetchedFile<LinkError>>;

    async fn open(link: &dyn EngineLink, request: FetchRequest) -> Result<Self::Ready, LinkError> {
        answered(link.fetch_file(&request.place, request.form).await)
    }

    async fn run(ready: Self::Ready, exchange: &mut Exchange<Self>) -> Result<(), LinkError> {
        let mut file = match ready {
            Ok(file) => file,
            Err(refusal) => return exchange.send(&FetchItem::Head(Err(refusal))).await,
        };
        exchange.send(&FetchItem::Head(Ok(file.entry))).await?;
        while let Some(part) = file.content.next().await? {
            exchange.send(&FetchItem::Part(part.into())).await?;
        }
        Ok(())
    }
}

/// Writes files.
pub(crate) struct PutFile;

/// What is written where.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PutRequest {
    pub(crate) place: FilePlace,
    pub(crate) upload: Upload,
}

/// A part of what is written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PutPart(pub(crate) Bytes);

#[async_trait]
impl Operation for PutFile {
    const NAME: &'static str = "put_file";
    const LONGEST_ITEM: usize = 256 << 10;
    /// A part may have been written before the connection was lost.
    const REPEATABLE: bool = false;
    type Request = PutRequest;
    type Input = PutPart;
    type Item = NoInput;
    type End = Answered<()>;
    type Ready = Answered<Box<dyn FileSink<LinkError>>>;

    async fn open(link: &dyn EngineLink, request: PutRequest) -> Result<Self::Ready, LinkError> {
        answered(link.put_file(&request.place, request.upload).await)
    }

    async fn run(ready: Self::Ready, exchange: &mut Exchange<Self>) -> Result<Answered<()>, LinkError> {
        let mut sink = match ready {
            Ok(sink) => sink,
            Err(refusal) => return Ok(Err(refusal)),
        };
        while let Some(PutPart(part)) = exchange.receive().await? {
            match answered(sink.write(part.into()).await)? {
                Ok(()) => {}
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        answered(sink.finish().await)
    }
}

const HEAD: u8 = 1;
const PART: u8 = 2;

/// One byte for the kind, then JSON or the raw bytes.
impl Payload for FetchItem {
    fn encode(&self) -> Result<Bytes, LinkError> {
        let mut out = BytesMut::new();
        match self {
            Self::Head(head) => {
                out.put_u8(HEAD);
                out.put_slice(&serde_json::to_vec(head).map_err(|_| garbled("a file"))?);
            }
            Self::Part(bytes) => {
                out.reserve(1 + bytes.len());
                out.put_u8(PART);
                out.put_slice(bytes);
            }
        }
        Ok(out.freeze())
    }

    fn decode(mut bytes: Bytes) -> Result<Self, LinkError> {
        let malformed = || garbled("a file");
        match bytes.try_get_u8() {
            Ok(HEAD) => serde_json::from_slice(&bytes).map(Self::Head).map_err(|_| malformed()),
            Ok(PART) => Ok(Self::Part(bytes)),
            _ => Err(malformed()),
        }
    }
}

impl Payload for PutPart {
    fn encode(&self) -> Result<Bytes, LinkError> {
        Ok(self.0.clone())
    }

    fn decode(bytes: Bytes) -> Result<Self, LinkError> {
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::container_file::FileKind;

    use super::*;

    #[test]
    fn what_is_fetched_round_trips() {
        let entry = FileEntry {
            name: "a\"\n".into(),
            name_replaced: true,
            kind: FileKind::File,
            size: 3,
            mode: 0o644,
            uid: 1,
            gid: 2,
            modified: None,
            target: None,
        };
        let refusal = FileRefusal::TooLarge { size: u64::MAX, most: 1 };
        for item in [
            FetchItem::Head(Ok(entry)),
            FetchItem::Head(Err(refusal)),
            FetchItem::Part((0..=u8::MAX).collect()),
            FetchItem::Part(Bytes::new()),
        ] {
            assert_eq!(FetchItem::decode(item.encode().unwrap()).unwrap(), item);
        }
        for bytes in ["", "\x01", "\x01{}", "\x03"] {
            assert!(FetchItem::decode(Bytes::from_static(bytes.as_bytes())).is_err(), "{bytes:?}");
        }
    }
}
