//! `verify-audit`.

use std::sync::Arc;

use anyhow::bail;
use core_monitor_application::server::{ArchivedAudit, RecordReader, walk_audit};
use core_monitor_configuration::Settings;
use core_monitor_domain::audit::{ChainPlace, Verification};
use core_monitor_host::FolderRecordFiles;
use core_monitor_host::terminal::{Outcome, say};
use core_monitor_store_seaorm::{ExistingDatabase, SchemaState};

/// Verifies the audit in the database and in the record files of the data folder, while the programs run or not.
pub(crate) async fn verify(settings: &Settings) -> anyhow::Result<Outcome> {
    let database = ExistingDatabase::open(settings.database_url.expose()).await?;
    let verified = walk(&database, settings).await;
    database.close().await;
    let found = verified?;
    say(&sentence(&found))?;
    Ok(if found.broken.is_none() { Outcome::Fine } else { Outcome::NotAll })
}

async fn walk(database: &ExistingDatabase, settings: &Settings) -> anyhow::Result<Verification> {
    match database.schema().await? {
        SchemaState::Current => {}
        SchemaState::Older(_) => bail!("the database is one of an older release: start this one before"),
        SchemaState::Newer(_) => bail!("a newer release has used the database: verify it with that one"),
    }
    let records = database.record_store();
    let files = Arc::new(FolderRecordFiles::new(&settings.data_dir));
    let reader = Arc::new(RecordReader::new(Arc::clone(&records), files));
    let log = ArchivedAudit::new(database.audit_log(), reader);
    Ok(walk_audit(&log, &*records, ChainPlace::BEGINNING, u64::MAX).await?.found)
}

/// What was found, as a sentence.
fn sentence(found: &Verification) -> String {
    let checked = match found.checked {
        1 => "1 entry is as it was written".to_owned(),
        count => format!("{count} entries are as they were written"),
    };
    if let Some((id, fault)) = found.broken {
        return format!("the audit is broken: entry {id} {fault}; before it, {checked}");
    }
    let Verification { uncovered, gone, place, .. } = *found;
    let part = |is_there: bool, text: String| if is_there { text } else { String::new() };
    let uncovered =
        part(uncovered > 0, format!(", {uncovered} from before there was a chain are not covered"));
    let gone = part(gone > 0, format!(", {gone} left with record files that were too old"));
    let last = format!("; the last one is entry {} with the value {}", place.id, place.value);
    let last = part(found.checked > 0, last);
    format!("the audit is in order: {checked}{uncovered}{gone}{last}")
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::audit::{AuditFault, ChainValue};

    use super::*;

    #[test]
    fn what_was_found_is_one_sentence() {
        let place = ChainPlace { id: 12, value: ChainValue([0xab; 32]) };
        let found = Verification { checked: 7, uncovered: 5, gone: 0, place, broken: None };
        let value = "ab".repeat(32);
        assert_eq!(
            sentence(&found),
            format!(
                "the audit is in order: 7 entries are as they were written, 5 from before there was a chain are not \
                 covered; the last one is entry 12 with the value {value}"
            )
        );
        let broken = Some((9, AuditFault::Missing));
        assert_eq!(
            sentence(&Verification { checked: 1, broken, ..found }),
            "the audit is broken: entry 9 is missing; before it, 1 entry is as it was written"
        );
        let nothing =
            Verification { checked: 0, uncovered: 0, gone: 0, place: ChainPlace::BEGINNING, broken: None };
        assert_eq!(sentence(&nothing), "the audit is in order: 0 entries are as they were written");
    }
}
