//! Files that versions wrote into the folders of stacks.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_domain::drift::HostFile;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{FolderLink, LinkError, StackFolder as _};

use super::SimEngineLink;

#[async_trait]
impl FolderLink for SimEngineLink {
    async fn read_written(
        &self,
        stack: StackId,
        paths: &[String],
    ) -> Result<BTreeMap<String, HostFile>, LinkError> {
        self.reached()?;
        let read = self.folders.read_written(stack, paths).await;
        read.map_err(|error| LinkError::Refused { message: error.to_string() })
    }
}
