//! Observes the engine. Objects that stacks have adopted appear like objects created for them, and objects that only
//! carry our labels like those of strangers.

use std::sync::Arc;

use core_monitor_domain::adoption::{adopted_containers, present};
use core_monitor_domain::build_policy::BuildPolicy;
use core_monitor_domain::command::FailureCode;
use core_monitor_domain::creation::{Creation, attribute, claims, prove, twins, unrecorded};
use core_monitor_domain::ids::{CommandId, InstanceId};
use core_monitor_domain::observation::{EditedFile, Observation};
use core_monitor_domain::placement;
use core_monitor_domain::ports::{
    AdoptionStore, Clock, CreationStore, EngineError, EngineReader, ObservationStore, SecretVault,
    StackFolder, StackStore, StoreError,
};
use core_monitor_domain::protection::Protected;
use core_monitor_domain::statistics::Running;
use core_monitor_domain::time::Timestamp;
use core_monitor_message::Message;
use tokio::sync::{Mutex, watch};
use tracing::{debug, info, warn};

use super::backoff::Backoff;
use super::context::Context;
use super::goal::stored_data_unreadable;
use super::setback::{Setback, Trouble};
use super::settings::WorkerSettings;
use super::{WorkerPorts, chain, endings, said};
use crate::sealed_secrets::redact_errors;

/// Why the engine could not be observed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookError {
    /// Without the records of adoptions and creations, containers of a stack would look foreign and be created a second
    /// time.
    #[error("cannot read which objects belong to stacks")]
    Records(#[from] StoreError),
    /// The engine itself.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl LookError {
    /// Why, for people.
    pub(crate) fn message(&self) -> Message {
        match self {
            Self::Records(error) => said::records_unreadable(chain(error)),
            Self::Engine(error) => error.message(),
        }
    }
}

/// Observes the whole host with the worker's ports. `acting` is the command that is being carried out, if the observation is
/// made for one.
pub(crate) async fn look(
    ports: &WorkerPorts,
    settings: &WorkerSettings,
    instance: InstanceId,
    acting: Option<CommandId>,
) -> Result<Observation, LookError> {
    let records = Records {
        adoptions: &*ports.adoptions,
        creations: &*ports.creations,
        observations: &*ports.observations,
        stacks: &*ports.stacks,
        vault: &*ports.vault,
    };
    let host = Host { folders: &*ports.folders, builds: &settings.builds, protected: &settings.protected };
    look_through(&*ports.engine, records, &*ports.clock, host, instance, acting).await
}

/// Observes the host to plan from it. A database that does not answer says nothing about the engine, so it is waited for.
pub(crate) async fn look_to_plan(context: &Context<'_>) -> Result<Observation, Setback> {
    let mut backoff = Backoff::default();
    loop {
        match context.look().await {
            Ok(observed) => return Ok(observed),
            Err(LookError::Engine(
                error @ (EngineError::Unavailable { .. } | EngineError::Timeout { .. }),
            )) => return Err(Setback::Transient(Trouble::of(said::observe_engine(), &error))),
            // A read cannot conflict with anything, so another attempt may succeed.
            Err(LookError::Engine(error)) => {
                return Err(Setback::Transient(Trouble {
                    words: said::engine_not_observable(error.message()),
                    code: FailureCode::EngineRefused,
                }));
            }
            Err(LookError::Records(StoreError::Corrupt { what, .. })) => {
                return Err(Setback::Failed(Box::new(stored_data_unreadable(what))));
            }
            Err(LookError::Records(error)) => {
                warn!(error = %chain(&error), "cannot read which objects belong to stacks, retrying");
                let delay = backoff.next(context.ports.ids.jitter());
                context.tenure.sleep(delay).await.map_err(Setback::Halted)?;
            }
        }
    }
}

/// What the worker knows of its host and the engine does not.
#[derive(Clone, Copy)]
pub(crate) struct Host<'a> {
    pub(crate) folders: &'a dyn StackFolder,
    pub(crate) builds: &'a BuildPolicy,
    pub(crate) protected: &'a Protected,
}

/// Where it is recorded what belongs to stacks.
#[derive(Clone, Copy)]
pub(crate) struct Records<'a> {
    pub(crate) adoptions: &'a dyn AdoptionStore,
    pub(crate) creations: &'a dyn CreationStore,
    /// Earlier observations, for what the engine forgets.
    pub(crate) observations: &'a dyn ObservationStore,
    /// With the vault, the values that must not be seen in an observation.
    pub(crate) stacks: &'a dyn StackStore,
    pub(crate) vault: &'a dyn SecretVault,
}

/// Observes the whole host.
pub(crate) async fn look_through(
    engine: &dyn EngineReader,
    records: Records<'_>,
    clock: &dyn Clock,
    host: Host<'_>,
    instance: InstanceId,
    acting: Option<CommandId>,
) -> Result<Observation, LookError> {
    // Read the time first: an observation that began before an adoption must not count as one made after it.
    let now = clock.now();
    let adoptions = records.adoptions.list().await?;
    let adopted = adopted_containers(&adoptions);
    let mut observed = engine.observe(instance, &adopted, now).await?;
    observed.host.stacks_dir = Some(host.folders.root());
    observed.host.edited_files = edited(host.folders).await;
    observed.host.builds = host.builds.clone();
    observed.host.protected = host.protected.clone();
    // Read afterwards: an object that can be observed has its record already, because the intent is stored first.
    let mut creations = records.creations.list().await?;
    if !creations.settled {
        let claims = claims(&observed, instance);
        records.creations.settle(&claims).await?;
        if !claims.is_empty() {
            info!(
                objects = claims.len(),
                "recorded which objects belong to stacks, from their labels, this one time"
            );
        }
        creations.list.extend(claims);
    }
    let twins =
        acting.map(|command| twins(&observed, instance, &creations.list, command)).unwrap_or_default();
    record(records, &mut creations.list, twins).await?;
    let found = prove(&mut observed, instance, &creations.list, &adopted);
    if !found.is_empty() {
        records.creations.complete(&found).await?;
    }
    present(&mut observed, instance, &adoptions);
    placement::fill(&mut observed, std::mem::take(&mut creations.placements));
    // Before anything is planned: the plan may remove the containers, and then nothing shows whose these are.
    let anonymous = unrecorded(&observed, instance, &creations.list);
    record(records, &mut creations.list, anonymous).await?;
    attribute(&mut observed, &creations.list);
    endings::remember(&mut observed, records.observations).await?;
    redact_errors(&mut observed.containers, records.stacks, records.vault).await?;
    Ok(observed)
}

/// What somebody changed in the folders of stacks. What cannot be read shows again when an apply wants to write there.
async fn edited(folders: &dyn StackFolder) -> Vec<EditedFile> {
    folders.edited().await.unwrap_or_else(|error| {
        debug!(error = %chain(&error), "cannot see what has changed in the folders of stacks");
        Vec::new()
    })
}

async fn record(
    records: Records<'_>,
    known: &mut Vec<Creation>,
    found: Vec<Creation>,
) -> Result<(), StoreError> {
    if !found.is_empty() {
        records.creations.add(&found).await?;
        known.extend(found);
    }
    Ok(())
}

/// Stores the shared observation and never replaces it with an older one: two observations can overlap, and the older
/// one may finish later.
#[derive(Clone)]
pub(crate) struct Latest {
    store: Arc<dyn ObservationStore>,
    newest: Arc<Mutex<Option<Timestamp>>>,
    running: watch::Sender<Arc<Running>>,
}

impl Latest {
    pub(crate) fn new(store: Arc<dyn ObservationStore>) -> Self {
        Self { store, newest: Arc::default(), running: watch::Sender::default() }
    }

    /// The store of the observation.
    pub(crate) fn store(&self) -> &dyn ObservationStore {
        &*self.store
    }

    /// What runs, as it was last seen.
    pub(crate) fn running(&self) -> watch::Receiver<Arc<Running>> {
        self.running.subscribe()
    }

    /// Stores an observation unless a newer one is stored.
    pub(crate) async fn save(&self, observed: &Observation) -> Result<(), StoreError> {
        let mut newest = self.newest.lock().await;
        if newest.is_some_and(|newest| newest > observed.host.taken_at) {
            return Ok(());
        }
        // Also if it cannot be stored: whoever measures what runs needs no database.
        self.running.send_replace(Arc::new(Running::of(observed)));
        self.store.save(observed).await?;
        *newest = Some(observed.host.taken_at);
        Ok(())
    }
}
