//! The ports of the server's use cases.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use core_monitor_domain::access::{Target, role_for};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{InstanceId, StackId};
use core_monitor_domain::named_secret::{LatestSecret, NamedSecret};
use core_monitor_domain::observation::HostObservation;
use core_monitor_domain::plan::{PlanKey, PlanRetention};
use core_monitor_domain::policy::Rules;
use core_monitor_domain::ports::{
    AdoptionStore, AlertStore, ArtifactStore, AuditLog, CatalogFolder, ChangeMarks, Clock, CommandQueue,
    DiskSpace, EngineLink, HostMounts, HostPorts, IdSource, InstanceStore, KeyListSource, KeyListStore,
    ObservationStore, OnDemandStore, OneTimeCodes, PasswordHasher, PlanStore, PolicyStore, RecordStore,
    RegistryStore, RolloutStore, SecretStore, SecretVault, SessionStore, SetupToken, StackStore,
    StatisticsStore, StoreError, TemplateStore, TokenStore, UserStore, VersionRecords,
};
use core_monitor_domain::records::RecordRetention;
use core_monitor_domain::session::SessionLimits;
use core_monitor_domain::template::FolderRoots;
use core_monitor_domain::terminal::TerminalLimits;

use super::{AlertChannels, CommitWatch, DefinitionLimits, DefinitionRules, Identification};
use crate::grants::Granted;

/// The ports of the server's use cases. They are handed once to [`Server::new`](super::Server::new), which gives access
/// only to permitted callers.
pub struct ServerPorts {
    /// Stacks, versions, releases.
    pub stacks: Arc<dyn StackStore>,
    /// Templates and their versions.
    pub templates: Arc<dyn TemplateStore>,
    /// The instances of templates.
    pub instances: Arc<dyn InstanceStore>,
    /// The lists of keys of templates.
    pub key_lists: Arc<dyn KeyListStore>,
    /// How far the rollouts of templates are.
    pub rollouts: Arc<dyn RolloutStore>,
    /// Asks for those lists.
    pub key_source: Arc<dyn KeyListSource>,
    /// The tags of versions, and what their releases used.
    pub version_records: Arc<dyn VersionRecords>,
    /// The objects adopted by imported stacks.
    pub adoptions: Arc<dyn AdoptionStore>,
    /// Questions to the engine, which only the worker can ask.
    pub link: Arc<dyn EngineLink>,
    /// The queue.
    pub queue: Arc<dyn CommandQueue>,
    /// What the gateway reports, and what people want of it.
    pub on_demand: Arc<dyn OnDemandStore>,
    /// The alerts that were told.
    pub alerts: Arc<dyn AlertStore>,
    /// Where alerts are sent.
    pub alert_channels: AlertChannels,
    /// Stored plans.
    pub plans: Arc<dyn PlanStore>,
    /// What containers used in the last days.
    pub statistics: Arc<dyn StatisticsStore>,
    /// The worker's last observation.
    pub observations: Arc<dyn ObservationStore>,
    /// Where the tables stand.
    pub marks: Arc<dyn ChangeMarks>,
    /// Tokens.
    pub tokens: Arc<dyn TokenStore>,
    /// Users.
    pub users: Arc<dyn UserStore>,
    /// Named secrets.
    pub secrets: Arc<dyn SecretStore>,
    /// The policy on what may run.
    pub policies: Arc<dyn PolicyStore>,
    /// Hashes their passwords.
    pub passwords: Arc<dyn PasswordHasher>,
    /// Checks their one-time codes.
    pub codes: Arc<dyn OneTimeCodes>,
    /// With what the first user is created.
    pub setup: Arc<dyn SetupToken>,
    /// The provider that people may sign in with; `None` without one.
    pub identification: Option<Identification>,
    /// Sessions of browsers.
    pub sessions: Arc<dyn SessionStore>,
    /// The artifacts of versions.
    pub artifacts: Arc<dyn ArtifactStore>,
    /// What leaves the database, and how much it holds.
    pub records: Arc<dyn RecordStore>,
    /// Registry credentials.
    pub registries: Arc<dyn RegistryStore>,
    /// The audit.
    pub audit: Arc<dyn AuditLog>,
    /// Encrypts registry credentials and derives the key of plan fingerprints.
    pub vault: Arc<dyn SecretVault>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Generates ids.
    pub ids: Arc<dyn IdSource>,
    /// The folder with entries of the catalogue.
    pub catalog: Arc<dyn CatalogFolder>,
    /// The disk with the data folder.
    pub disk: Arc<dyn DiskSpace>,
    /// The ports of the host that are taken.
    pub host_ports: Arc<dyn HostPorts>,
    /// What of the host can be mounted.
    pub host_mounts: Arc<dyn HostMounts>,
    /// The folders of the host that instances may mount, by name.
    pub mount_roots: FolderRoots,
    /// Notifies of changes to the database.
    pub commits: Arc<CommitWatch>,
    /// This installation.
    pub instance: InstanceId,
    /// How many plans are kept, and for how long.
    pub plan_retention: PlanRetention,
    /// How long records are kept.
    pub record_retention: RecordRetention,
    /// Limits for reading a definition.
    pub definition_limits: DefinitionLimits,
    /// How long sessions last.
    pub session_limits: SessionLimits,
    /// Limits for terminals and commands in containers.
    pub terminals: TerminalLimits,
    /// Most bytes of one transfer of files.
    pub files_limit: u64,
    /// The folder that contains the folder of every stack, each in one named by its id.
    pub stacks_dir: PathBuf,
    /// Where this program serves the API.
    pub listens_at: SocketAddr,
}

impl ServerPorts {
    /// The folder that relative host paths of a stack are resolved against: `<data dir>/stacks/<stack id>`, the same
    /// for all its versions.
    pub(crate) fn stack_folder(&self, stack: StackId) -> String {
        self.stacks_dir.join(stack.to_string()).display().to_string()
    }

    /// Where the worker's host keeps the folders of stacks: as the worker reports, else the default of this program.
    pub(crate) fn stacks_dir_on(&self, host: Option<&HostObservation>) -> String {
        let said = host.and_then(|host| host.stacks_dir.clone());
        said.unwrap_or_else(|| self.stacks_dir.display().to_string())
    }

    /// What a definition of `stack` is checked against before `actor` saves it. What the worker has not reported yet, or what
    /// cannot be read, is left to the worker, which refuses it in any case.
    pub(crate) async fn definition_rules(&self, actor: &Actor, stack: Target<'_>) -> DefinitionRules {
        let host = self.observations.host().await.unwrap_or_default();
        let protected = host.map(|host| host.protected).unwrap_or_default();
        let allowed = self.rules_for(actor, stack).await.unwrap_or(Rules::Everything);
        let secrets = self.secrets.list(None, NamedSecret::MOST).await.ok();
        let secrets = secrets.map(|secrets| secrets.iter().map(LatestSecret::from).collect());
        DefinitionRules { limits: self.definition_limits, protected, allowed, secrets }
    }

    /// What `actor` may give to this stack.
    pub(crate) async fn rules_for(&self, actor: &Actor, stack: Target<'_>) -> Result<Rules, StoreError> {
        let (policy, name) = (self.policies.current().await?.policy, stack.name);
        if actor.principal().is_none() {
            return Ok(policy.own_rules(name));
        }
        let grants = self.granted().to(actor).await?;
        Ok(policy.rules(role_for(&grants, stack), name))
    }

    /// What was granted to whom.
    pub(crate) fn granted(&self) -> Granted<'_> {
        Granted { tokens: &*self.tokens, users: &*self.users, clock: &*self.clock }
    }

    /// The key of plan fingerprints.
    pub(crate) fn plan_key(&self) -> PlanKey {
        PlanKey::new(self.vault.derive(PlanKey::PURPOSE))
    }
}
