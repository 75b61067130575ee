//! What the schema refuses of templates and their instances, whoever asks.

use super::{check_refused, run, shell};
use crate::fixture::{Fixture, ann, at};
use crate::instance_store::new_instance;
use crate::template_store::template;

/// Two templates, and an instance of the first.
async fn full() -> Fixture {
    let f = Fixture::sqlite().await;
    let shop = template(&f, "shop").await.template;
    f.instances.launch(new_instance(&f, &shop, "one", &[("PORT", 8002)])).await.unwrap();
    template(&f, "gone").await;
    f.stack("web").await;
    f
}

#[tokio::test]
async fn a_template_keeps_what_it_was() {
    let f = full().await;
    f.templates.delete(&"gone".parse().unwrap(), &ann(), at(1)).await.unwrap();
    check_refused(
        &f,
        &[
            ("DELETE FROM template", "a template is never removed, only marked deleted"),
            ("UPDATE template SET name = 'other'", "the identity of a template does not change"),
            (
                "UPDATE OR REPLACE template SET deleted_at = NULL WHERE deleted_at IS NOT NULL",
                "a deleted template does not come back",
            ),
            (
                "INSERT OR REPLACE INTO template SELECT template_id, 'x', 1, 'eve', 1, 1, NULL FROM template",
                "a template is never removed, only marked deleted",
            ),
            (
                "INSERT OR REPLACE INTO template VALUES ('x', 'shop', 1, 'eve', 1, 1, NULL)",
                "a template is never removed, only marked deleted",
            ),
            ("UPDATE template_version SET comment = ''", "a template version is immutable"),
            ("DELETE FROM template_version", "a template version is immutable"),
            (
                "INSERT OR REPLACE INTO template_version
                 SELECT template_id, version, 'eve', created_at, comment, compose_files, variables, content_hash,
                        declaration, warnings FROM template_version",
                "a template version is immutable",
            ),
            ("UPDATE template_file SET executable = 1", "the files of a template version are immutable"),
            ("DELETE FROM template_file", "the files of a template version are immutable"),
            (
                "INSERT INTO template_file SELECT template_id, version, 'late', hash, 0 FROM template_file",
                "the files of a template version are immutable",
            ),
            (
                "INSERT INTO template_file SELECT template_id, 99, 'early', hash, 0 FROM template_file LIMIT 1",
                "FOREIGN KEY constraint failed",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_instance_goes_only_with_its_stack() {
    let f = full().await;
    let of_web = "(SELECT stack_id FROM stack WHERE name = 'web')";
    let of_gone = "(SELECT template_id FROM template WHERE name = 'gone')";
    let launch =
        format!("INSERT INTO instance VALUES ({of_gone}, 'k', {of_web}, 1, '{{}}', 'eve', 1, NULL, NULL, 0)");
    let steal = format!("INSERT OR REPLACE INTO host_port VALUES (8002, {of_web}, 'PORT')");
    check_refused(
        &f,
        &[
            ("DELETE FROM instance", "an instance exists as long as its stack"),
            ("UPDATE instance SET instance_key = 'other'", "the identity of an instance does not change"),
            ("UPDATE instance SET is_held = 2", "CHECK constraint failed"),
            (
                "INSERT OR REPLACE INTO instance
                 SELECT template_id, 'x', stack_id, 1, '{}', 'eve', 1, NULL, NULL, 0 FROM instance",
                "an instance exists as long as its stack",
            ),
            ("UPDATE template SET deleted_at = 5", "a template that has instances is not deleted"),
            (&steal, "a port of the host belongs to one instance"),
            ("UPDATE host_port SET port = 8003", "a port of the host belongs to one instance"),
            ("INSERT INTO host_port SELECT 0, stack_id, 'ADMIN' FROM host_port", "CHECK constraint failed"),
            (
                "INSERT INTO host_port SELECT 65536, stack_id, 'ADMIN' FROM host_port",
                "CHECK constraint failed",
            ),
            ("INSERT INTO host_port VALUES (9000, 'nowhere', 'PORT')", "FOREIGN KEY constraint failed"),
        ],
    )
    .await;
    f.templates.delete(&"gone".parse().unwrap(), &ann(), at(1)).await.unwrap();
    let reason = "an instance has a template and a stack that are not deleted";
    let list = "INSERT INTO key_list (template_id, source) SELECT template_id, '{}' FROM template";
    let without = "a list of keys has a template that is not deleted";
    let rollout = "INSERT INTO rollout SELECT template_id, 1, '{}' FROM template";
    let over = "a rollout has a template that is not deleted";
    check_refused(&f, &[(&launch, reason), (list, without), (rollout, over)]).await;
    let db = shell(&f).await;
    run(&db, "UPDATE stack SET deleted_at = 5 WHERE name = 'shop-one'").await.unwrap();
    assert_eq!(run(&db, "DELETE FROM instance").await, Ok(0), "it has gone already");
    assert_eq!(run(&db, "DELETE FROM host_port").await, Ok(0));
    run(&db, "UPDATE template SET deleted_at = 5 WHERE name = 'shop'").await.unwrap();
}

#[tokio::test]
async fn a_content_that_a_template_needs_stays() {
    let f = Fixture::sqlite().await;
    template(&f, "shop").await;
    check_refused(&f, &[("DELETE FROM blob", "the content of a file is immutable")]).await;
}
