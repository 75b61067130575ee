//! Every deliberate difference from docker compose has a case, and every such case a row in the table.

use std::collections::BTreeSet;

use crate::repository::{assert_none, files, read};

const DOCUMENT: &str = "docs/compose-deviations.md";
const CASES: &str = "crates/compose/tests/cases/deviations/";

/// The last word in backticks of every row of the table with a column `case`.
fn rows(document: &str) -> BTreeSet<&str> {
    let table = document.lines().skip_while(|line| !(line.starts_with('|') && line.ends_with("| case |")));
    let rows = table.take_while(|line| line.starts_with('|')).skip(2);
    rows.filter_map(|row| row.trim_end_matches([' ', '|']).strip_suffix('`')?.rsplit('`').next()).collect()
}

fn violations(rows: &BTreeSet<&str>, cases: &BTreeSet<&str>) -> Vec<String> {
    let lost = rows.difference(cases).map(|row| format!("missing case for `{row}`"));
    let secret = cases.difference(rows).map(|case| format!("the case `{case}` has no row"));
    lost.chain(secret).collect()
}

#[test]
fn every_deviation_is_shown() {
    let document = read(DOCUMENT);
    let rows = rows(&document);
    assert!(rows.len() > 10, "the table was not found");
    let case = |path: &'static String| path.strip_prefix(CASES)?.strip_suffix(".yml");
    let cases = files().iter().filter_map(case).collect();
    assert_none(&violations(&rows, &cases), &format!("{DOCUMENT} and {CASES} must match."));
}

#[test]
fn a_row_without_a_case_and_a_case_without_a_row_are_found() {
    let rows = rows("| what | case |\n| --- | --- |\n| x `y` | `one` |\n| z | `two` |\n\n| a | `b` |\n");
    assert_eq!(rows, BTreeSet::from(["one", "two"]));
    let said = violations(&rows, &BTreeSet::from(["two", "three"]));
    assert_eq!(said, ["missing case for `one`", "the case `three` has no row"]);
}
