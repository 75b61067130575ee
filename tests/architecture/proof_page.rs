//! What the pages of proofs claim is proved by tests that are there.

use crate::repository::{assert_none, exists, read};

/// Pages with the headings of their tables, and how many rows each has at least.
const TABLES: &[(&str, &str, usize)] = &[
    ("docs/reference/on-demand-proof.md", "What holds", 12),
    ("docs/reference/on-demand-proof.md", "What does not happen", 40),
    ("docs/security.md", "What went wrong elsewhere", 6),
];

/// How a proof begins that is a sentence.
const IMPOSSIBLE: &str = "cannot happen";

/// What the rows of the table under a heading claim, and their proofs.
fn rows<'d>(document: &'d str, heading: &str) -> Vec<(&'d str, &'d str)> {
    let is_below = |section: &&str| section.lines().next() == Some(heading);
    let section = document.split("\n## ").find(is_below).unwrap_or_default();
    let table = section.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = table.map(|row| row.trim_start_matches(['|', ' ']).trim_end_matches([' ', '|']));
    cells.map(|row| row.split_once(" | ").unwrap_or((row, ""))).collect()
}

/// The names of tests in a cell: `file.rs::test`, or `script.sh part`.
fn named(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2).filter(|word| word.contains(".rs::") || word.contains(".sh "))
}

fn is_there(test: &str, read: impl Fn(&str) -> Option<String>) -> bool {
    if let Some((path, name)) = test.split_once("::") {
        return read(path).is_some_and(|text| has_test(&text, name));
    }
    let Some((script, part)) = test.split_once(' ') else { return false };
    let part_of_it = format!("{}/parts/{part}.sh", script.trim_end_matches(".sh"));
    let has_part = |path: &str| read(path).is_some_and(|text| text.contains(&format!("_{part}() {{")));
    has_part(script) || (read(script).is_some() && has_part(&part_of_it))
}

/// Whether there is a test of this name, and not just a function.
fn has_test(text: &str, name: &str) -> bool {
    let function = format!("fn {name}(");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.windows(2).any(|pair| {
        let [attribute, line] = pair else { return false };
        attribute.starts_with("#[") && attribute.contains("test") && line.contains(&function)
    })
}

fn violations(rows: &[(&str, &str)], read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut violations = Vec::new();
    for (claim, proof) in rows {
        if named(proof).next().is_none() && !proof.starts_with(IMPOSSIBLE) {
            violations.push(format!("nothing proves \"{claim}\""));
        }
        let lost = named(proof).filter(|test| !is_there(test, &read));
        violations.extend(lost.map(|test| format!("there is no test `{test}`")));
    }
    violations
}

#[test]
fn every_claim_has_a_proof_that_is_there() {
    let find = |path: &str| exists(path).then(|| read(path));
    for (page, heading, least) in TABLES {
        let document = read(page);
        let rows = rows(&document, heading);
        assert!(rows.len() >= *least, "{} rows below \"{heading}\" of {page}", rows.len());
        assert_none(&violations(&rows, find), &format!("Name the test as it is called now in {page}."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(proof: &str, expected: &[&str]) {
        let read = |path: &str| match path {
            "a.rs" => Some("#[test]\nfn holds() {}\n\nfn helps() {}\n".to_owned()),
            "try.sh" => Some("start_nginx() {\n}\n".to_owned()),
            "try/parts/herd.sh" => Some("part_herd() {\n}\n".to_owned()),
            _ => None,
        };
        assert_eq!(violations(&[("it holds", proof)], read), expected, "{proof}");
    }

    #[test]
    fn a_test_that_is_not_there_any_more_is_found() {
        check("`a.rs::holds`, `try.sh herd`, `try.sh nginx`", &[]);
        check("`a.rs::held`", &["there is no test `a.rs::held`"]);
        check("`a.rs::helps`", &["there is no test `a.rs::helps`"]);
        check("`b.rs::holds`", &["there is no test `b.rs::holds`"]);
        check("`a.rs::holds`, `try.sh flock`", &["there is no test `try.sh flock`"]);
    }

    #[test]
    fn a_claim_without_a_proof_is_found() {
        check("cannot happen: there is none", &[]);
        check("", &["nothing proves \"it holds\""]);
        check("see `a.rs`", &["nothing proves \"it holds\""]);
    }

    #[test]
    fn the_rows_of_a_table_are_found_by_its_heading() {
        let document = "# x\n\n## One\n\n| a | b |\n| --- | --- |\n| c | `d` |\n| e |\n\n## Two\n";
        assert_eq!(rows(document, "One"), [("c", "`d`"), ("e", "")]);
        assert!(rows(document, "Two").is_empty() && rows(document, "On").is_empty());
    }
}
