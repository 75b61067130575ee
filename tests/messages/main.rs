//! The sentences of all crates together: codes are unique, words are in form, and what translators get is up to date.

#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod form;
#[cfg(test)]
mod page;

use core_monitor_message::Topic;

/// Every sentence, by crate and subject.
pub(crate) fn topics() -> Vec<(&'static str, Vec<Topic>)> {
    vec![
        ("compose", core_monitor_compose::templates()),
        ("archive", core_monitor_archive::templates()),
        ("catalog", core_monitor_catalog::templates()),
        ("domain", core_monitor_domain::templates()),
        ("application", core_monitor_application::templates()),
        ("engine-docker", core_monitor_engine_docker::templates()),
        ("key-lists", core_monitor_key_lists::templates()),
        ("http-api", core_monitor_http_api::templates()),
    ]
}

/// Compares a generated file with the checked-in one, or writes it with `UPDATE_GENERATED`.
pub(crate) fn assert_fresh(path: &str, generated: &str) {
    let path = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
    #[expect(clippy::disallowed_methods, reason = "a switch for the person who runs the tests")]
    if std::env::var("UPDATE_GENERATED").is_ok() {
        assert!(std::fs::write(&path, generated).is_ok(), "{path} cannot be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == generated,
        "{path} is out of date: run `UPDATE_GENERATED=1 cargo test -p core-monitor-tests --all-features --test messages`"
    );
}
