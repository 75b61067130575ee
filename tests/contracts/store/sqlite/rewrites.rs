//! Saving an observation rewrites only changed rows: a host with a thousand stacks is observed every few seconds.

use core_monitor_domain::ids::StackId;
use sea_orm::ConnectionTrait;

use super::{run, shell};
use crate::fixture::Fixture;
use crate::observation_store::{container, look};

#[tokio::test]
async fn only_the_rows_that_changed_are_written() {
    let f = Fixture::sqlite().await;
    let db = shell(&f).await;
    run(
        &db,
        "CREATE TABLE written (what TEXT);
         CREATE TRIGGER t1 AFTER INSERT ON observation_stack BEGIN INSERT INTO written VALUES ('new'); END;
         CREATE TRIGGER t2 AFTER UPDATE ON observation_stack BEGIN INSERT INTO written VALUES ('changed'); END;
         CREATE TRIGGER t3 AFTER DELETE ON observation_stack BEGIN INSERT INTO written VALUES ('gone'); END;
         CREATE TRIGGER t4 AFTER UPDATE OF body ON observation_host BEGIN INSERT INTO written VALUES ('host'); END;",
    )
    .await
    .unwrap();
    let (web, db_stack) = (StackId(f.id()), StackId(f.id()));
    let mut changed = container(web, "web");
    changed.restart_count = 1;
    let steps = [
        (look(1, vec![container(web, "web"), container(db_stack, "db")]), "new new"),
        (look(2, vec![container(web, "web"), container(db_stack, "db")]), ""),
        (look(3, vec![changed.clone(), container(db_stack, "db")]), "changed"),
        (look(4, vec![changed]), "gone"),
    ];
    for (seen, expected) in steps {
        f.observations.save(&seen).await.unwrap();
        let statement = "DELETE FROM written RETURNING what";
        let rows = db.query_all_raw(sea_orm::Statement::from_string(db.get_database_backend(), statement));
        let rows = rows.await.unwrap();
        let what: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        assert_eq!(what.join(" "), expected, "{:?}", seen.host.taken_at);
    }
}
