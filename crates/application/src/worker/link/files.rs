//! Files in containers.

use async_trait::async_trait;
use core_monitor_domain::container_file::{Download, FilePlace, FolderListing, Upload};
use core_monitor_domain::ports::{EngineError, Feed, FetchedFile, FileLink, FileSink, FilesError, LinkError};

use super::{WorkerLink, told};

#[async_trait]
impl FileLink for WorkerLink {
    async fn list_files(&self, place: &FilePlace) -> Result<FolderListing, FilesError<LinkError>> {
        self.refuse_own(&place.container).await?;
        self.readers.files.list(place).await.map_err(passed_on)
    }

    async fn fetch_file(
        &self,
        place: &FilePlace,
        form: Download,
    ) -> Result<FetchedFile<LinkError>, FilesError<LinkError>> {
        self.refuse_own(&place.container).await?;
        let file = self.readers.files.fetch(place, form).await.map_err(passed_on)?;
        Ok(FetchedFile { entry: file.entry, content: Box::new(Told(file.content)) })
    }

    async fn put_file(
        &self,
        place: &FilePlace,
        upload: Upload,
    ) -> Result<Box<dyn FileSink<LinkError>>, FilesError<LinkError>> {
        self.refuse_own(&place.container).await?;
        let sink = self.readers.files.put(place, upload).await.map_err(passed_on)?;
        Ok(Box::new(ToldSink(sink)))
    }
}

fn passed_on(error: FilesError<EngineError>) -> FilesError<LinkError> {
    match error {
        FilesError::Refused(refusal) => FilesError::Refused(refusal),
        FilesError::Failed(error) => FilesError::Failed(told(&error)),
    }
}

/// Content, with the engine's errors converted to link errors.
struct Told(Box<dyn Feed<Vec<u8>, EngineError>>);

#[async_trait]
impl Feed<Vec<u8>, LinkError> for Told {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, LinkError> {
        self.0.next().await.map_err(|error| told(&error))
    }
}

/// A sink, with the engine's errors converted to link errors.
struct ToldSink(Box<dyn FileSink<EngineError>>);

#[async_trait]
impl FileSink<LinkError> for ToldSink {
    async fn write(&mut self, part: Vec<u8>) -> Result<(), FilesError<LinkError>> {
        self.0.write(part).await.map_err(passed_on)
    }

    async fn finish(self: Box<Self>) -> Result<(), FilesError<LinkError>> {
        self.0.finish().await.map_err(passed_on)
    }
}
