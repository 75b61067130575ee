//! A file's module in its crate, and whether it is part of the product.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::repository::{assert_none, files, read, rust_files};
use crate::source::{Token, starts_with, tokens};

/// The module path of a file from the root of its crate: empty for `lib.rs` and `main.rs`.
pub(crate) fn module_of(path: &str) -> Vec<String> {
    let inside = path.split_once("/src/").map_or(path, |(_, inside)| inside).trim_end_matches(".rs");
    inside.split('/').filter(|name| !["lib", "main"].contains(name)).map(str::to_owned).collect()
}

/// Whether the file is compiled into the product: in `src` of a crate or an app, and not only under `#[cfg(test)]`.
pub(crate) fn is_product(path: &str) -> bool {
    let in_a_member = ["crates/", "apps/", "migrations/"].iter().any(|top| path.starts_with(top));
    in_a_member && path.contains("/src/") && !is_test_module(path)
}

/// Whether a module of `src` is compiled for tests only.
pub(crate) fn is_test_module(path: &str) -> bool {
    static TESTS: OnceLock<BTreeSet<String>> = OnceLock::new();
    let tests = TESTS.get_or_init(|| {
        let sources = rust_files("").filter(|path| path.contains("/src/"));
        sources.flat_map(|path| test_children(path, &tokens(path, &read(path)))).collect()
    });
    let is_below =
        |module: &String| path == format!("{module}.rs") || path.starts_with(&format!("{module}/"));
    tests.iter().any(is_below)
}

/// The child modules declared under `#[cfg(test)]`, as paths without `.rs`.
fn test_children(path: &str, tokens: &[Token]) -> Vec<String> {
    let folder = match path.rsplit_once('/') {
        Some((folder, "lib.rs" | "main.rs")) => folder.to_owned(),
        _ => path.trim_end_matches(".rs").to_owned(),
    };
    let starts = (0..tokens.len()).filter(|at| starts_with(&tokens[*at..], &["#", "[", "cfg", "(", "test"]));
    let declared = starts.filter_map(|at| {
        let item = tokens[at..].iter().take_while(|token| ![";", "{"].contains(&token.text.as_str()));
        let words: Vec<_> = item.map(|token| token.text.as_str()).collect();
        let is_file = tokens.get(at + words.len()).is_some_and(|token| token.text == ";");
        let name = words.iter().position(|word| *word == "mod").and_then(|at| words.get(at + 1));
        name.filter(|_| is_file).map(|name| format!("{folder}/{name}"))
    });
    declared.collect()
}

/// What a build script generated from the data of its crate, as it is written and as tokens. The script itself is under the rules.
const GENERATED: (&str, &[&str]) =
    ("include!(concat!(env!(\"OUT_DIR\")", &["include", "!", "(", "concat", "!", "(", "env", "!", "(", "\""]);

/// Lines that compile a file outside its module's location, where no rule would find it.
fn from_elsewhere(path: &str, text: &str) -> Vec<String> {
    let tokens = tokens(path, text);
    let generates = text.contains(GENERATED.0);
    let is_elsewhere = |at: &usize| {
        starts_with(&tokens[*at..], &["#", "[", "path", "="])
            || (starts_with(&tokens[*at..], &["include", "!"])
                && !(generates && starts_with(&tokens[*at..], GENERATED.1)))
    };
    let found = (0..tokens.len()).filter(is_elsewhere);
    found.map(|at| format!("{path}:{} includes a module from another location", tokens[at].line)).collect()
}

#[test]
fn every_module_is_where_its_name_says() {
    let product = rust_files("").filter(|path| is_product(path));
    let violations: Vec<_> = product.flat_map(|path| from_elsewhere(path, &read(path))).collect();
    assert_none(&violations, "The rules find files by location: put the module into its standard location.");
}

#[test]
fn a_module_from_elsewhere_is_found() {
    let check = |text: &str, expected: &[&str]| assert_eq!(from_elsewhere("a.rs", text), expected, "{text}");
    check("#[path = \"x.rs\"]\nmod x;", &["a.rs:1 includes a module from another location"]);
    check("mod x { include!(\"y.rs\"); }", &["a.rs:1 includes a module from another location"]);
    check(
        "mod x { include!(concat!(\"a\", \"y.rs\")); }",
        &["a.rs:1 includes a module from another location"],
    );
    check("const X: &[u8] = include!(concat!(env!(\"OUT_DIR\"), \"/x.rs\"));", &[]);
    check("const X: &str = include_str!(\"y.txt\"); fn path() { include(x) }", &[]);
}

#[test]
fn the_modules_for_tests_are_known() {
    let tests = rust_files("crates").filter(|path| is_test_module(path)).count();
    assert!(tests > 20, "only {tests} of {} files are tests", files().len());
    assert!(is_test_module("crates/http-api/src/testing/link.rs"));
    assert!(is_product("crates/domain/src/planner.rs") && is_product("migrations/src/lib.rs"));
    assert!(!is_product("crates/domain/examples/print_plan.rs") && !is_product("tests/src/lib.rs"));
}

#[test]
fn modules_for_tests_are_found() {
    let check = |path: &str, text: &str, expected: &[&str]| {
        assert_eq!(test_children(path, &tokens(path, text)), expected, "{text}");
    };
    check("a/src/lib.rs", "#[cfg(test)]\nmod testing;\nmod other;", &["a/src/testing"]);
    check("a/src/b.rs", "#[cfg(test)]\npub(crate) mod tests;", &["a/src/b/tests"]);
    check("a/src/b.rs", "#[cfg(test)]\nmod tests { mod c; }\n#[cfg(test)]\nuse x::mode;", &[]);
}

#[test]
fn the_place_of_a_file_is_its_module() {
    assert_eq!(module_of("crates/domain/src/planner/slots.rs"), ["planner", "slots"]);
    assert_eq!(module_of("crates/domain/src/lib.rs"), [""; 0]);
}
