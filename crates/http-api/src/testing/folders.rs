//! The folders of stacks on the worker's host.

use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::{EditedFile, FileEdit, Observation, ObservedContainer};
use core_monitor_domain::ports::StackFolder as _;
use core_monitor_domain::stack_version::SourceFile;

use super::World;

impl World {
    /// Somebody edits files that an apply wrote into the folder of a stack, and a worker has seen it beside these containers.
    pub(crate) async fn edit_files(
        &self,
        stack: &str,
        files: &[(&str, &str)],
        containers: &[ObservedContainer],
    ) {
        let stack_id = StackId(stack.parse().unwrap());
        let folders = self.link.worker.folders();
        for (path, text) in files {
            folders.write(stack_id, &[((*path).to_owned(), SourceFile::from("written"))]).await.unwrap();
            folders.put_by_hand(stack_id, path, text);
        }
        self.observe(containers).await;
        let mut host = self.database.observation_store().host().await.unwrap().unwrap();
        let edited = |(path, _): &(&str, &str)| EditedFile {
            stack_id,
            path: (*path).to_owned(),
            edit: FileEdit::Changed,
        };
        host.edited_files = files.iter().map(edited).collect();
        let observation = Observation { host, containers: containers.to_vec() };
        self.database.observation_store().save(&observation).await.unwrap();
    }

    /// The worker ends.
    pub(crate) fn end_worker(&self) {
        self.link.worker.set_away(true);
    }
}
