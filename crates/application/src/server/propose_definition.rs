//! Proposing a definition that says what runs, for somebody who wants to keep what was done by hand.
//!
//! Nothing is saved: the proposal is the newest version with as much of the drift written into it as a definition can say, and
//! the rest with its reasons. Saving it makes an ordinary version, which has an ordinary plan.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::desired::DesiredError;
use core_monitor_domain::drift::{FileNow, HostFile, Left, Number, sayable};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::observation::EditedFile;
use core_monitor_domain::policy::Rules;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::{Source, SourceFile, StackVersion};
use core_monitor_domain::time::Timestamp;
use core_monitor_message::Message;

use super::preview::{PreviewError, pins_of, preview, version_of};
use super::scale_service::{missing, replicas, source_of};
use super::scaled_source::scaled;
use super::secret_variables::{NoSecrets, resolve};
use super::{Definition, Server, ServerPorts, said};
use crate::build_source::{NotDesired, desired_stack};

/// Most edited files that are read from the worker's host.
const MOST_FILES: usize = 50;

/// A definition that says what runs, as far as one can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionProposal {
    /// The version it is made from: the newest one.
    pub base: VersionNumber,
    /// The files that differ from that version, by path; `None` for one that is gone.
    pub files: BTreeMap<String, Option<SourceFile>>,
    /// The numbers of containers that are written in them.
    pub numbers: Vec<Number>,
    /// What is not, and why.
    pub left: Vec<Left>,
    /// When the engine was last observed.
    pub observed_at: Timestamp,
}

/// Why nothing is proposed.
#[derive(Debug, thiserror::Error)]
pub enum ProposeError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No such stack, or it is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// There is no applied version that could differ from what runs.
    #[error("the stack has never been applied")]
    NotApplied,
    /// There is nothing to compare the applied version with, or it cannot be carried out.
    #[error(transparent)]
    Preview(#[from] PreviewError),
}

impl From<StoreError> for ProposeError {
    fn from(error: StoreError) -> Self {
        Self::Preview(error.into())
    }
}

impl From<DesiredError> for ProposeError {
    fn from(error: DesiredError) -> Self {
        Self::Preview(error.into())
    }
}

impl From<NotDesired> for ProposeError {
    fn from(error: NotDesired) -> Self {
        Self::Preview(error.into())
    }
}

impl Server {
    /// The newest version with what runs written into it, from the last observation and from the files on the worker's host. Never
    /// asks the engine.
    pub async fn propose_definition(
        &self,
        actor: &Actor,
        id: StackId,
    ) -> Result<DefinitionProposal, ProposeError> {
        let ports = self.permit(actor, Action::ProposeDefinition, &Resource::Stack(id)).await?;
        let stack = ports.stacks.find(id).await?.ok_or(ProposeError::StackNotFound)?;
        let applied = stack.current_version.ok_or(ProposeError::NotApplied)?;
        let applied = version_of(ports, &stack, applied).await?;
        let pins = pins_of(ports, &stack, applied.version).await?;
        let preview = preview(ports, &stack, &applied, &pins, &BTreeSet::new(), Rules::Everything).await?;
        let host = ports.observations.host().await?;
        let stacks_dir = ports.stacks_dir_on(host.as_ref());
        let desired = desired_stack(&*ports.stacks, &applied, &stacks_dir).await?;
        let containers = ports.observations.containers(id).await?;
        let read = read_files(ports, id, &preview.edited).await;
        let found = sayable(&desired, &preview.plan.steps, &containers, &preview.edited, &read);
        let base = version_of(ports, &stack, stack.latest_version).await?;
        let before = source_of(ports, &base).await?;
        let applied = source_of(ports, &applied).await?;
        let mut draft =
            Draft { ports, stack: &stack, base: &base, applied: &applied, source: before.clone() };
        let (mut numbers, mut left) = (Vec::new(), found.left);
        // Files first: the number of containers is written into a compose file as it is now.
        for now in found.files {
            let subject = now.path.clone();
            if let Err(reason) = draft.put(now).await? {
                left.push(Left { service: None, subject, reason });
            }
        }
        for number in found.numbers {
            let (subject, service) = (number.service.to_string(), Some(number.service.clone()));
            match draft.write(&number).await? {
                Ok(()) => numbers.push(number),
                Err(reason) => left.push(Left { service, subject, reason }),
            }
        }
        let files = changed(&before, draft.source);
        Ok(DefinitionProposal { base: base.version, files, numbers, left, observed_at: preview.observed_at })
    }
}

/// What is in the edited files now. Without a worker nothing of it is known, which is said of each file.
async fn read_files(
    ports: &ServerPorts,
    stack: StackId,
    edited: &[EditedFile],
) -> BTreeMap<String, HostFile> {
    if edited.is_empty() {
        return BTreeMap::new();
    }
    let paths: Vec<_> = edited.iter().take(MOST_FILES).map(|file| file.path.clone()).collect();
    ports.link.read_written(stack, &paths).await.unwrap_or_else(|error| {
        tracing::info!(%stack, %error, "the edited files of a stack cannot be read");
        BTreeMap::new()
    })
}

/// The newest version, while what runs is written into it.
struct Draft<'a> {
    ports: &'a ServerPorts,
    stack: &'a Stack,
    base: &'a StackVersion,
    /// The files as they were applied.
    applied: &'a Source,
    source: Source,
}

impl Draft<'_> {
    /// Puts a file in its place as it is on the host; why not, if that would lose something.
    async fn put(&mut self, FileNow { path, file }: FileNow) -> Result<Result<(), Message>, StoreError> {
        if self.source.files.get(&path) == file.as_ref() {
            return Ok(Ok(()));
        }
        if self.source.files.get(&path) != self.applied.files.get(&path) {
            return Ok(Err(said::newest_version_changes_file(self.base.version)));
        }
        let mut source = self.source.clone();
        match file {
            Some(file) => source.files.insert(path, file),
            None => source.files.remove(&path),
        };
        if self.read(&source).await?.is_none() {
            return Ok(Err(said::no_definition_with_file()));
        }
        self.source = source;
        Ok(Ok(()))
    }

    /// Writes a number where the definition has it; why not, if it cannot be written there alone.
    async fn write(&mut self, number: &Number) -> Result<Result<(), Message>, StoreError> {
        let (limits, service) = (&self.ports.definition_limits, &number.service);
        match replicas(&self.base.model, service) {
            None => return Ok(Err(said::service_not_in_the_newest_version())),
            Some(same) if same == number.now => return Ok(Ok(())),
            Some(_) => {}
        }
        let missing = missing(&self.base.model, service);
        let Ok(source) = scaled(&self.source, service.as_str(), number.now, missing, limits) else {
            return Ok(Err(said::number_not_in_place()));
        };
        let read = self.read(&source).await?;
        if read.is_none_or(|definition| replicas(&definition.model, service) != Some(number.now)) {
            return Ok(Err(said::number_not_in_place()));
        }
        self.source = source;
        Ok(Ok(()))
    }

    /// What the files mean; `None` if they are no valid definition.
    async fn read(&self, source: &Source) -> Result<Option<Definition>, StoreError> {
        let mut source = source.clone();
        match resolve(self.ports, self.stack.id, Some(self.base), &mut source).await {
            Ok(_) => {}
            Err(NoSecrets::Refused(_)) => return Ok(None),
            Err(NoSecrets::Store(error)) => return Err(error),
        }
        let folder = self.ports.stack_folder(self.stack.id);
        let limits = self.ports.definition_limits;
        Ok(Definition::read_blocking(&source, &self.stack.name, &folder, limits).await.ok())
    }
}

/// The files that differ.
fn changed(before: &Source, mut after: Source) -> BTreeMap<String, Option<SourceFile>> {
    let paths: BTreeSet<String> = before.files.keys().chain(after.files.keys()).cloned().collect();
    let now = paths.into_iter().map(|path| (after.files.remove(&path), path));
    now.filter(|(file, path)| before.files.get(path) != file.as_ref())
        .map(|(file, path)| (path, file))
        .collect()
}
