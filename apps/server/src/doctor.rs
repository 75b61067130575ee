//! `doctor` and `healthcheck` of the server.

use core_monitor_configuration::Settings;
use core_monitor_domain::doctor::{MachineFacts, StorageFacts, diagnose};
use core_monitor_domain::ports::{ArtifactStore as _, RecordFiles as _};
use core_monitor_domain::records::check_chain;
use core_monitor_host::terminal::{Outcome, say, say_findings};
use core_monitor_host::{FolderArtifacts, FolderRecordFiles, machine};
use core_monitor_store_seaorm::{ExistingDatabase, FileWorkerLock};

use crate::certificate;

/// Prints what is wrong on this machine.
pub(crate) async fn examine(settings: &Settings) -> anyhow::Result<Outcome> {
    let data_dir = &settings.data_dir;
    let database = ExistingDatabase::examine(settings.database_url.expose()).await;
    // Only the worker may touch the engine.
    let facts = MachineFacts {
        storage: storage(settings).await,
        listen: Some(machine::listen_state(settings.server.listen, speech(settings))),
        ..machine::facts(
            data_dir,
            settings.key_encryption_file.as_deref(),
            database,
            FileWorkerLock::of(data_dir).state(),
        )
    };
    let outcome = say_findings(&diagnose(&facts))?;
    if let Some(files) = &settings.server.tls {
        certificate::examine(files)?;
        say("the certificate and its key can be used")?;
    }
    say("the engine is checked by `core-monitor-worker doctor`")?;
    Ok(outcome)
}

/// What the server speaks where it listens.
fn speech(settings: &Settings) -> machine::Speech {
    if settings.server.tls.is_some() { machine::Speech::Tls } else { machine::Speech::Plain }
}

/// What is stored; `None` where the database cannot say, which has a finding of its own.
async fn storage(settings: &Settings) -> Option<StorageFacts> {
    let database = ExistingDatabase::open(settings.database_url.expose()).await.ok()?;
    let records = database.records().await;
    database.close().await;
    let (size, known) = records.ok()?;
    let files = FolderRecordFiles::new(&settings.data_dir);
    let mut found = Vec::with_capacity(known.len());
    for file in &known {
        found.push(files.examine(&file.head.name()).await.ok().flatten());
    }
    let there = || known.iter().filter(|file| file.removed_at.is_none());
    let artifacts = FolderArtifacts::new(&settings.data_dir).list().await.unwrap_or_default();
    Some(StorageFacts {
        database: size,
        record_files: there().count() as u64,
        record_bytes: there().map(|file| file.size).sum(),
        artifacts: artifacts.len() as u64,
        artifact_bytes: artifacts.iter().map(|artifact| artifact.size).sum(),
        faults: check_chain(&known, &found),
    })
}

/// Whether the server of this machine answers and can use its database.
pub(crate) fn check_health(settings: &Settings) -> anyhow::Result<Outcome> {
    say(&machine::ask_health(settings.server.listen, speech(settings)).map_err(anyhow::Error::msg)?)?;
    Ok(Outcome::Fine)
}
