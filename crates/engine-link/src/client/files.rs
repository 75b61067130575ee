//! Files in containers.

use async_trait::async_trait;
use core_monitor_domain::container_file::{Download, FilePlace, FolderListing, Upload};
use core_monitor_domain::ports::{Feed, FetchedFile, FileLink, FileSink, FilesError, LinkError};

use super::EngineLinkClient;
use crate::call::{Call, CallInput, Said};
use crate::operation::{FetchFile, FetchItem, FetchRequest, ListFiles, PutFile, PutPart, PutRequest};
use crate::refusal::garbled;

#[async_trait]
impl FileLink for EngineLinkClient {
    async fn list_files(&self, place: &FilePlace) -> Result<FolderListing, FilesError<LinkError>> {
        self.ask::<ListFiles>(place.clone()).await?.map_err(FilesError::Refused)
    }

    async fn fetch_file(
        &self,
        place: &FilePlace,
        form: Download,
    ) -> Result<FetchedFile<LinkError>, FilesError<LinkError>> {
        let mut call = self.begin::<FetchFile>(&FetchRequest { place: place.clone(), form }).await?;
        match call.next().await? {
            Said::Item(FetchItem::Head(Ok(entry))) => {
                Ok(FetchedFile { entry, content: Box::new(Fetching(call)) })
            }
            Said::Item(FetchItem::Head(Err(refusal))) => Err(FilesError::Refused(refusal)),
            Said::Item(FetchItem::Part(_)) | Said::End(()) => Err(garbled("a file").into()),
        }
    }

    async fn put_file(
        &self,
        place: &FilePlace,
        upload: Upload,
    ) -> Result<Box<dyn FileSink<LinkError>>, FilesError<LinkError>> {
        let call = self.begin::<PutFile>(&PutRequest { place: place.clone(), upload }).await?;
        Ok(Box::new(Putting { input: call.input(), call }))
    }
}

struct Fetching(Call<FetchFile>);

#[async_trait]
impl Feed<Vec<u8>, LinkError> for Fetching {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, LinkError> {
        match self.0.next().await? {
            Said::Item(FetchItem::Part(bytes)) => Ok(Some(bytes.into())),
            Said::Item(FetchItem::Head(_)) => Err(garbled("a file")),
            Said::End(()) => Ok(None),
        }
    }
}

struct Putting {
    input: CallInput<PutFile>,
    call: Call<PutFile>,
}

impl Putting {
    async fn end(&mut self) -> Result<(), FilesError<LinkError>> {
        match self.call.next().await? {
            Said::End(answer) => answer.map_err(FilesError::Refused),
            Said::Item(nothing) => match nothing {},
        }
    }
}

#[async_trait]
impl FileSink<LinkError> for Putting {
    async fn write(&mut self, part: Vec<u8>) -> Result<(), FilesError<LinkError>> {
        if self.input.send(&PutPart(part.into())).await.is_ok() {
            return Ok(());
        }
        // The worker has ended it: it says why.
        self.end().await?;
        Err(garbled("the end of an upload").into())
    }

    async fn finish(mut self: Box<Self>) -> Result<(), FilesError<LinkError>> {
        // If it fails, the worker has ended it, and says why.
        let _ = self.input.finish().await;
        self.end().await
    }
}
