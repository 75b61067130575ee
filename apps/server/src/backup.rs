//! `backup` and `restore`.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, bail};
use core_monitor_configuration::Settings;
use core_monitor_domain::ports::Clock as _;
use core_monitor_domain::time::Timestamp;
use core_monitor_host::terminal::{Outcome, note, say};
use core_monitor_host::{
    BackupError, BackupFile, BackupManifest, BackupReport, BackupSource, DatabaseDraft, KeyFileVault,
    KeyLock, SystemClock, restore_backup, write_backup,
};
use core_monitor_store_seaorm::{ConnectError, ExistingDatabase, SchemaState, default_url};

/// How many files that are missing from an archive are named.
const NAMED: usize = 10;

/// What a backup contains beside the database.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope {
    pub(crate) with_key: bool,
    pub(crate) with_stacks: bool,
}

/// Writes an archive, while the programs run or not.
pub(crate) async fn back_up(settings: &Settings, to: Option<&Path>, scope: Scope) -> anyhow::Result<Outcome> {
    // The key in the archive has to be the one that opens what is in the database.
    let _lock = KeyLock::of_reader(&settings.data_dir)?;
    let copy = copy_database(settings).await?;
    let manifest = BackupManifest {
        format: BackupManifest::FORMAT,
        release: env!("CARGO_PKG_VERSION").to_owned(),
        created_at: SystemClock.now(),
        with_key: scope.with_key,
        with_stacks: scope.with_stacks,
    };
    let source = BackupSource { manifest: &manifest, database: copy.path(), data_dir: &settings.data_dir };
    let report = match to {
        None => write_backup(&source, io::stdout().lock())?,
        Some(path) => {
            let mut file = BackupFile::create(path)?;
            let mut buffered = BufWriter::with_capacity(1 << 18, &mut file);
            let report = write_backup(&source, &mut buffered)?;
            buffered.flush().map_err(BackupError::Write)?;
            drop(buffered);
            file.finish()?;
            report
        }
    };
    note_in_database(settings, manifest.created_at).await?;
    let is_encrypted = scope.with_key && KeyFileVault::is_encrypted(&settings.data_dir)?;
    tell(&report, to, scope, is_encrypted)
}

/// The archive is whole, whether the programs hear of it or not.
async fn note_in_database(settings: &Settings, at: Timestamp) -> io::Result<()> {
    let noted = async {
        let database = ExistingDatabase::open(settings.database_url.expose()).await?;
        let noted = database.note_backup(at).await;
        database.close().await;
        anyhow::Ok(noted?)
    };
    match noted.await {
        Ok(()) => Ok(()),
        Err(error) => note(&format!("the time of this backup is not shown in the settings: {error:#}")),
    }
}

fn tell(
    report: &BackupReport,
    to: Option<&Path>,
    scope: Scope,
    is_encrypted: bool,
) -> anyhow::Result<Outcome> {
    for path in report.changed.iter().take(NAMED) {
        note(&format!("changed while it was read: {}", path.display()))?;
    }
    for sentence in report.left_out.iter().take(NAMED) {
        note(&format!("left out: {sentence}"))?;
    }
    if report.left_out.len() > NAMED {
        note(&format!("left out: {} more", report.left_out.len() - NAMED))?;
    }
    let name = to.map_or("standard output".to_owned(), |path| format!("`{}`", path.display()));
    let key = if is_encrypted {
        "with secret.key, which is encrypted: without the file of `key_encryption_file`, which is not in it, nothing opens"
    } else if scope.with_key {
        "with secret.key: keep it where nobody else reads it"
    } else {
        "without secret.key, which opens the credentials and secret variables in it: keep a copy of the key somewhere else"
    };
    let (size, files) = (report.bytes.div_ceil(1 << 20), report.stack_files);
    let kept = match report.kept_files {
        0 => String::new(),
        kept => format!(" {kept} artifacts and record files,"),
    };
    note(&format!("wrote {name}: {size} MiB,{kept} {files} files of stacks, {key}"))?;
    if report.left_out.is_empty() {
        return Ok(Outcome::Fine);
    }
    note("the archive is whole but for the files named above; run the command as root to have them too")?;
    Ok(Outcome::NotAll)
}

/// The state of the database at one moment.
async fn copy_database(settings: &Settings) -> anyhow::Result<DatabaseDraft> {
    let database = ExistingDatabase::open(settings.database_url.expose()).await?;
    let draft = DatabaseDraft::begin(&settings.data_dir)?;
    let copied = database.copy_to(draft.path()).await.context("the database cannot be copied");
    database.close().await;
    copied.map(|()| draft)
}

/// Puts an archive into the data folder, which must hold no installation.
pub(crate) async fn restore(settings: &Settings, from: Option<&Path>) -> anyhow::Result<Outcome> {
    if settings.database_url.expose() != default_url(&settings.data_dir) {
        bail!(
            "`CORE_MONITOR_DATABASE_URL` names a database outside of the data folder: restore without it, then move \
             `core-monitor.db` to its place"
        );
    }
    let (data_dir, from, handle) =
        (settings.data_dir.clone(), from.map(Path::to_owned), tokio::runtime::Handle::current());
    let restored = tokio::task::spawn_blocking(move || {
        let check = |database: &Path| handle.block_on(make_ready(database));
        match from {
            None => restore_backup(io::stdin().lock(), &data_dir, check),
            Some(path) => {
                let file =
                    File::open(&path).with_context(|| format!("`{}` cannot be opened", path.display()))?;
                restore_backup(BufReader::with_capacity(1 << 18, file), &data_dir, check)
            }
        }
    });
    let restored = restored.await.context("the restore was interrupted")??;
    let with_key = restored.manifest.with_key;
    let is_encrypted = with_key && KeyFileVault::is_encrypted(&settings.data_dir)?;
    say(&format!(
        "restored the backup of {} (release {}) into `{}`: {} files of stacks, {}",
        restored.manifest.created_at,
        restored.manifest.release,
        settings.data_dir.display(),
        restored.stack_files,
        if with_key { "with secret.key" } else { "without secret.key" },
    ))?;
    if is_encrypted {
        say(
            "the key is encrypted: set `key_encryption_file` to the file that opens it before the first start",
        )?;
    }
    if !with_key {
        let key = settings.data_dir.join("secret.key");
        say(&format!(
            "the backup was made without its key, so stored registry credentials and secret variables do not open, and \
             plans made earlier cannot be applied: before the first start, copy the secret.key of that installation to \
             `{}`, with mode 0600 and the owner of the folder",
            key.display()
        ))?;
        say("if that key is lost, start without it, and store the credentials and secret variables again")?;
    }
    Ok(Outcome::Fine)
}

/// Makes a restored database ready for the first start, before anything has its place.
async fn make_ready(path: &Path) -> anyhow::Result<()> {
    let database = ExistingDatabase::open(&format!("sqlite://{}", path.display())).await?;
    let usable = refuse_unusable(&database).await;
    let ready = match usable {
        // What the engine has got since the backup belongs to the stacks all the same.
        Ok(()) => database.unsettle().await.context("the database in the archive cannot be changed"),
        Err(error) => Err(error),
    };
    database.close().await;
    ready
}

/// Refuses a database that this release cannot start with.
async fn refuse_unusable(database: &ExistingDatabase) -> anyhow::Result<()> {
    if let Some(damage) = database.damage().await? {
        bail!("the database in the archive is damaged: {damage}");
    }
    match database.schema().await? {
        SchemaState::Newer(steps) => {
            bail!("a newer release has written this backup: this one does not know {}", steps.join(", "))
        }
        SchemaState::Current | SchemaState::Older(_) => Ok(()),
    }
}

/// The hint of an error of these tasks.
pub(crate) fn hint(error: &anyhow::Error) -> Option<&'static str> {
    error.downcast_ref::<ConnectError>().and_then(ConnectError::hint)
}
