//! `rotate-key`.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use core_monitor_application::{Resealing, seal_anew};
use core_monitor_configuration::Settings;
use core_monitor_host::terminal::{Outcome, note, say};
use core_monitor_host::{KeyRotation, SystemClock, check_data_folder};
use core_monitor_store_seaorm::{Database, ExistingDatabase, SchemaState, connect};

/// How many values are sealed anew in one transaction.
const BATCH: u32 = 200;

/// Gives the installation a new key, or only another form of its key file, while no program uses it.
pub(crate) async fn rotate(
    settings: &Settings,
    opened_by: Option<&Path>,
    keeps_key: bool,
) -> anyhow::Result<Outcome> {
    check_data_folder(&settings.data_dir)?;
    let encryption = settings.key_encryption_file.as_deref();
    let form = form(encryption);
    if keeps_key {
        let mut rotation = KeyRotation::begin(&settings.data_dir, encryption, opened_by)?;
        rotation.rewrite()?;
        say(&format!("secret.key is {form}; the key in it is the same"))?;
        return Ok(Outcome::Fine);
    }
    // Before there is a new key: with a database that this release cannot use, nothing is begun.
    refuse_other_schema(settings).await?;
    let mut rotation = KeyRotation::begin(&settings.data_dir, encryption, opened_by)?;
    if rotation.is_unfinished() {
        note("an earlier rotation was not ended; it goes on with the key that it has made")?;
    }
    rotation.add_key()?;
    let database = connect(settings.database_url.expose(), &settings.data_dir, Arc::new(SystemClock)).await?;
    let sealed = seal_everything(&database, &rotation).await;
    database.close().await;
    let found = sealed.context(
        "the rotation is not over: both keys stay in secret.key, and `rotate-key` goes on when it is run again",
    )?;
    let key_id = rotation.key_id();
    rotation.finish()?;
    for place in &found.named {
        note(&format!("does not open with any key, and stays as it is: {place}"))?;
    }
    say(&sentence(&found, &key_id, &form))?;
    Ok(if found.lost == 0 { Outcome::Fine } else { Outcome::NotAll })
}

async fn refuse_other_schema(settings: &Settings) -> anyhow::Result<()> {
    let database = ExistingDatabase::open(settings.database_url.expose()).await?;
    let schema = database.schema().await;
    database.close().await;
    match schema? {
        SchemaState::Current => Ok(()),
        SchemaState::Older(_) => bail!("the database is one of an older release: start this one before"),
        SchemaState::Newer(_) => bail!("a newer release has used the database: rotate the key with that one"),
    }
}

/// Nothing that the old key opens stays in the file of the database or in its log.
async fn seal_everything(database: &Database, rotation: &KeyRotation) -> anyhow::Result<Resealing> {
    database.overwrite_replaced().await?;
    let told = |done: u64| {
        // A rotation that nobody reads is done all the same.
        let _ = note(&format!("{} so far", values(done)));
    };
    let records = database.sealed_records();
    let found = seal_anew(&*records, &rotation.vault(), &rotation.key_id(), BATCH, &told).await?;
    database.fold_log().await?;
    Ok(found)
}

fn form(encryption: Option<&Path>) -> String {
    match encryption {
        Some(file) => format!("encrypted with `{}`: without that file it opens nothing", file.display()),
        None => "not encrypted".to_owned(),
    }
}

fn values(count: u64) -> String {
    match count {
        1 => "1 value was sealed anew".to_owned(),
        count => format!("{count} values were sealed anew"),
    }
}

/// What was done, as a sentence.
fn sentence(found: &Resealing, key_id: &str, form: &str) -> String {
    let anew = values(found.anew);
    let lost = match found.lost {
        0 => String::new(),
        1 => ", 1 does not open with any key".to_owned(),
        lost => format!(", {lost} do not open with any key"),
    };
    format!(
        "the key was rotated: {anew}{lost}; the new key is {key_id}, the old one is removed, and secret.key is {form}; keep a \
         copy of secret.key, and the old copy for as long as you keep backups from before"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_one_sentence() {
        let found = Resealing { anew: 3, lost: 0, named: Vec::new() };
        let keep = "keep a copy of secret.key, and the old copy for as long as you keep backups from before";
        assert_eq!(
            sentence(&found, "0a1b", &form(None)),
            format!(
                "the key was rotated: 3 values were sealed anew; the new key is 0a1b, the old one is removed, and secret.key \
                 is not encrypted; {keep}"
            )
        );
        let found = Resealing { anew: 1, lost: 2, named: Vec::new() };
        assert_eq!(
            sentence(&found, "0a1b", &form(Some(Path::new("/etc/kek")))),
            format!(
                "the key was rotated: 1 value was sealed anew, 2 do not open with any key; the new key is 0a1b, the old one \
                 is removed, and secret.key is encrypted with `/etc/kek`: without that file it opens nothing; {keep}"
            )
        );
    }
}
