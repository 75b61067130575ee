//! Ports that panic when called, for tests that nothing is called.

use std::net::Ipv4Addr;
use std::sync::Arc;

use super::{AlertChannels, CommitWatch, DefinitionLimits, ServerPorts};
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::plan::PlanRetention;
use core_monitor_domain::ports::{
    MockAdoptionStore, MockAlertStore, MockArtifactStore, MockAuditLog, MockCatalogFolder, MockChangeMarks,
    MockClock, MockCommandQueue, MockDiskSpace, MockEngineLink, MockHostMounts, MockHostPorts, MockIdSource,
    MockInstanceStore, MockKeyListSource, MockKeyListStore, MockObservationStore, MockOnDemandStore,
    MockOneTimeCodes, MockPasswordHasher, MockPlanStore, MockPolicyStore, MockQueueWakeup, MockRecordStore,
    MockRegistryStore, MockRolloutStore, MockSecretStore, MockSecretVault, MockSessionStore, MockSetupToken,
    MockStackStore, MockStatisticsStore, MockTemplateStore, MockTokenStore, MockUserStore,
    MockVersionRecords, Token,
};
use core_monitor_domain::records::RecordRetention;
use core_monitor_domain::session::SessionLimits;
use core_monitor_domain::template::FolderRoots;
use core_monitor_domain::terminal::TerminalLimits;

/// Ports that panic at any call, except that every token is one of an administrator.
pub fn untouchable_ports(instance: InstanceId) -> ServerPorts {
    ServerPorts {
        stacks: Arc::new(MockStackStore::new()),
        templates: Arc::new(MockTemplateStore::new()),
        instances: Arc::new(MockInstanceStore::new()),
        key_lists: Arc::new(MockKeyListStore::new()),
        rollouts: Arc::new(MockRolloutStore::new()),
        key_source: Arc::new(MockKeyListSource::new()),
        version_records: Arc::new(MockVersionRecords::new()),
        adoptions: Arc::new(MockAdoptionStore::new()),
        link: Arc::new(MockEngineLink::new()),
        queue: Arc::new(MockCommandQueue::new()),
        on_demand: Arc::new(MockOnDemandStore::new()),
        alerts: Arc::new(MockAlertStore::new()),
        alert_channels: AlertChannels::default(),
        plans: Arc::new(MockPlanStore::new()),
        observations: Arc::new(MockObservationStore::new()),
        marks: Arc::new(MockChangeMarks::new()),
        statistics: Arc::new(MockStatisticsStore::new()),
        tokens: Arc::new(administrators()),
        users: Arc::new(MockUserStore::new()),
        secrets: Arc::new(MockSecretStore::new()),
        policies: Arc::new(MockPolicyStore::new()),
        identification: None,
        passwords: Arc::new(MockPasswordHasher::new()),
        codes: Arc::new(MockOneTimeCodes::new()),
        setup: Arc::new(MockSetupToken::new()),
        sessions: Arc::new(MockSessionStore::new()),
        artifacts: Arc::new(MockArtifactStore::new()),
        records: Arc::new(MockRecordStore::new()),
        registries: Arc::new(MockRegistryStore::new()),
        audit: Arc::new(MockAuditLog::new()),
        vault: Arc::new(MockSecretVault::new()),
        clock: Arc::new(MockClock::new()),
        ids: Arc::new(MockIdSource::new()),
        catalog: Arc::new(MockCatalogFolder::new()),
        disk: Arc::new(MockDiskSpace::new()),
        host_ports: Arc::new(MockHostPorts::new()),
        host_mounts: Arc::new(MockHostMounts::new()),
        mount_roots: FolderRoots::new(),
        commits: Arc::new(CommitWatch::new(Arc::new(MockQueueWakeup::new()))),
        instance,
        plan_retention: PlanRetention::default(),
        record_retention: RecordRetention::default(),
        definition_limits: DefinitionLimits::default(),
        session_limits: SessionLimits::default(),
        terminals: TerminalLimits::default(),
        files_limit: 1 << 30,
        stacks_dir: "/data/stacks".into(),
        listens_at: (Ipv4Addr::LOCALHOST, 8080).into(),
    }
}

fn administrators() -> MockTokenStore {
    let mut tokens = MockTokenStore::new();
    tokens.expect_find().returning(|id| Ok(Some(Token::of_administrator(id))));
    tokens
}
