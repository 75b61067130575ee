//! The table of transitions in the document matches the domain.

use core_monitor_domain::command::Transition;

use crate::repository::{assert_none, read};

const DOCUMENT: &str = "docs/INVARIANTS.md";

/// The rows about transitions.
fn rows(document: &str) -> Vec<&str> {
    document.lines().filter(|line| line.starts_with("| T")).collect()
}

/// Rows that exist in only one of the two.
fn differences(document: &str, table: &str) -> Vec<String> {
    let (written, wanted) = (rows(document), rows(table));
    let stale = written.iter().filter(|row| !wanted.contains(row)).map(|row| format!("remove: {row}"));
    let missing = wanted.iter().filter(|row| !written.contains(row)).map(|row| format!("add: {row}"));
    stale.chain(missing).collect()
}

#[test]
fn the_map_has_the_transitions_of_the_domain() {
    let table = Transition::table();
    assert_eq!(rows(&table).len(), Transition::ALL.len(), "the table has not one row for each transition");
    let advice = format!("Bring the section Transitions of {DOCUMENT} up to date.");
    assert_none(&differences(&read(DOCUMENT), &table), &advice);
}

#[test]
fn another_condition_is_found() {
    let table = "| T2 | `PENDING` | `RUNNING` | worker | it is the head |\n";
    assert_eq!(differences(table, table), [""; 0]);
    assert_eq!(
        differences("| T2 | `PENDING` | `RUNNING` | worker | always |\n", table),
        [
            "remove: | T2 | `PENDING` | `RUNNING` | worker | always |",
            "add: | T2 | `PENDING` | `RUNNING` | worker | it is the head |"
        ]
    );
}
