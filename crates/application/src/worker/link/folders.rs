//! Files that versions wrote into the folders of stacks.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_domain::drift::HostFile;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{FolderLink, LinkError};

use super::{WorkerLink, refused};

#[async_trait]
impl FolderLink for WorkerLink {
    async fn read_written(
        &self,
        stack: StackId,
        paths: &[String],
    ) -> Result<BTreeMap<String, HostFile>, LinkError> {
        self.folders.read_written(stack, paths).await.map_err(|error| refused(&error))
    }
}
