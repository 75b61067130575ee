//! Databases of other releases: one of the release before whose worker was killed in the middle of a command, and one
//! that a newer release has used.

use core_monitor_domain::command::CommandStatus;
use core_monitor_domain::ids::CommandId;
use core_monitor_simulation::engine::SimImage;
use core_monitor_store_seaorm::{ExistingDatabase, SchemaState, connect, default_url};
use sea_orm::{ConnectOptions, ConnectionTrait, Database as AnyDatabase};
use std::sync::Arc;

use crate::installation::{Installation, database_in};
use crate::old_database::{DUMP, write_database};

const APPLY: &str = "01a227c0-409c-7d80-b17d-726879fd6010";

/// The dump with its last command running: claimed by the worker that wrote the dump, with an effect that it never
/// recorded the end of.
fn killed_in_the_middle() -> String {
    let waiting = r#""plan_id":"01a227c0-3896-7bbf-9060-3fdf408ead66","on_failure":"hold","readiness":"ready"}','PENDING','admin',NULL,NULL,1795963240604,NULL,NULL,0,0,NULL,NULL,NULL,NULL,NULL);"#;
    let running = r#""plan_id":null,"on_failure":"hold","readiness":"ready"}','RUNNING','admin',NULL,NULL,1795963240604,1795963240700,NULL,1,0,1,'01a227c0-0799-73ab-947b-b6a71ef195e9',NULL,NULL,NULL);"#;
    let enqueued =
        "INSERT INTO command_event VALUES(28,4,1795963240604,'ENQUEUED','admin',NULL,0,'','','null');\n";
    let begun = r#"INSERT INTO command_event VALUES(29,4,1795963240700,'CLAIMED','worker',1,1,'','','null');
INSERT INTO command_event VALUES(30,4,1795963240710,'INTENT','worker',1,1,'create_container','shop-web-1','{"action":"create container shop-web-1","cause":"environment changed","effect":1}');
"#;
    assert_eq!(
        (DUMP.matches(waiting).count(), DUMP.matches(enqueued).count()),
        (1, 1),
        "the dump has changed"
    );
    DUMP.replace(waiting, running).replace(enqueued, &format!("{enqueued}{begun}"))
}

#[tokio::test]
async fn a_command_that_the_release_before_left_in_the_middle_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    write_database(folder.path(), &killed_in_the_middle()).await;
    let installation = Installation::over(folder).await;
    installation.engine.add_image(SimImage::new("test/busybox:1"));
    let id: CommandId = APPLY.parse().unwrap();
    let command = installation.settle(id).await;
    assert_eq!((command.status, command.attempt), (CommandStatus::Done, 2), "{:?}", command.failure);
    let events = installation.events_of(id).await;
    let kinds: Vec<_> = events.iter().map(String::as_str).collect();
    assert_eq!(kinds[..3], ["ENQUEUED", "CLAIMED", "INTENT"], "{kinds:?}");
    assert!(kinds.contains(&"ADOPTED") && kinds.last() == Some(&"DONE"), "{kinds:?}");
    let count = |kind: &str| kinds.iter().filter(|found| **found == kind).count();
    assert_eq!(
        count("INTENT"),
        count("OUTCOME"),
        "the effect of the worker that was killed has an end: {kinds:?}"
    );
}

/// A newer release may have changed anything, so nothing is touched, not even by looking.
#[tokio::test]
async fn a_database_of_a_newer_release_is_refused_with_its_steps() {
    let installation = Installation::new().await;
    let path = installation.folder.path().to_owned();
    let url = default_url(&path);
    let mut options = ConnectOptions::new(url.clone());
    options.max_connections(1);
    let newer = AnyDatabase::connect(options).await.unwrap();
    newer.execute_unprepared("INSERT INTO seaql_migrations VALUES ('9001_later', 0)").await.unwrap();
    newer.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    newer.close().await.unwrap();
    let before = std::fs::read(database_in(&path)).unwrap();

    let refusal = connect(&url, &path, Arc::new(core_monitor_host::SystemClock)).await.unwrap_err();
    let mut words = refusal.to_string();
    let mut cause = std::error::Error::source(&refusal);
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    assert!(
        words.contains("a newer release has used the database: this one does not know `9001_later`"),
        "{words}"
    );
    assert!(refusal.hint().unwrap().contains("restore the backup"), "{:?}", refusal.hint());

    let existing = ExistingDatabase::open(&url).await.unwrap();
    assert_eq!(existing.schema().await.unwrap(), SchemaState::Newer(vec!["9001_later".to_owned()]));
    existing.close().await;
    assert_eq!(std::fs::read(database_in(&path)).unwrap(), before, "the file is as it was");
}
