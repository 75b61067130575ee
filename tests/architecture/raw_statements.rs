//! Where the store may use raw statements instead of the query builder.

use crate::repository::{assert_none, read, rust_files};
use crate::source::{Token, starts_with, tokens, without_tests};

/// Files with raw statements, and the reasons.
const WRITTEN_OUT: &[(&str, &str)] = &[
    (
        "crates/store-seaorm/src/database/existing.rs",
        "a check of the file and a copy of it are commands of SQLite that no builder has",
    ),
    ("crates/store-seaorm/src/database/settings.rs", "what SQLite is set to is asked with pragmas"),
    ("crates/store-seaorm/src/statement.rs", "it sends texts that the builder rendered before"),
    (
        "crates/store-seaorm/src/statement/fixed.rs",
        "it binds values to a text that the builder rendered once",
    ),
    ("crates/store-seaorm/src/statement/render.rs", "it has the builder render a text with its limit"),
    ("crates/store-seaorm/src/statement/row.rs", "it binds a row to a text that the builder rendered once"),
    ("crates/store-seaorm/src/wakeup.rs", "whether somebody committed is asked with a pragma"),
];

/// Functions that accept a statement as text: of SeaORM, its query builder, and the driver below.
const TAKES_TEXT: &[&[&str]] = &[
    &["Statement", ":", ":"],
    &["execute_raw"],
    &["execute_unprepared"],
    &["query_one_raw"],
    &["query_all_raw"],
    &["stream_raw"],
    &["from_raw_sql"],
    &["raw_sql"],
    &["Expr", ":", ":", "cust"],
    &["Expr", ":", ":", "cust_with_values"],
    &["Expr", ":", ":", "cust_with_exprs"],
    &["sqlx", ":", ":", "query"],
    &["sqlx", ":", ":", "query_as"],
    &["sqlx", ":", ":", "query_scalar"],
];

/// Lines of a file's product code that pass a statement as text.
fn statements(path: &str, text: &str) -> Vec<String> {
    let (tokens, _) = without_tests(&tokens(path, text));
    let is_use = |rest: &[Token]| TAKES_TEXT.iter().any(|names| starts_with(rest, names));
    let mut lines: Vec<usize> =
        (0..tokens.len()).filter(|at| is_use(&tokens[*at..])).map(|at| tokens[at].line).collect();
    lines.dedup();
    lines.into_iter().map(|line| format!("{path}:{line} contains a raw statement")).collect()
}

fn subjects() -> impl Iterator<Item = &'static str> {
    rust_files("crates/store-seaorm/src/").filter(|path| !path.ends_with("/tests.rs"))
}

#[test]
fn statements_are_built() {
    let listed = |path: &str| WRITTEN_OUT.iter().any(|(file, _)| *file == path);
    let violations: Vec<_> =
        subjects().filter(|path| !listed(path)).flat_map(|path| statements(path, &read(path))).collect();
    assert_none(
        &violations,
        "Ask through an entity and the query builder, so that another database needs no second copy of the store. \
         If only text can say it, list the file with its reason.",
    );
}

#[test]
fn listed_files_contain_raw_statements() {
    let idle: Vec<_> = WRITTEN_OUT
        .iter()
        .filter(|(path, _)| statements(path, &read(path)).is_empty())
        .map(|(path, _)| format!("{path} contains no raw statement"))
        .collect();
    assert_none(&idle, "Remove it from the list.");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: usize) {
        assert_eq!(statements("p.rs", text).len(), expected, "{text}");
    }

    #[test]
    fn raw_statements_are_found() {
        check("fn f() { db.execute_raw(Statement::from_string(backend, \"DELETE FROM x\")) }", 1);
        check("fn f() {\n db.query_one_raw(a);\n db.execute_unprepared(b);\n}", 2);
        check("fn f() { query.filter(Expr::cust(\"a = 1\")) }", 1);
        check("fn f() { sqlx::query_scalar(\"PRAGMA x\") }", 1);
    }

    #[test]
    fn built_statements_and_tests_are_left_alone() {
        check("fn f() { stack::Entity::find().filter(Column::Name.eq(name)) }", 0);
        check("fn f() { Func::cust(\"octet_length\") }", 0);
        check("#[cfg(test)] mod tests { fn f() { db.execute_unprepared(\"x\") } }", 0);
    }
}
