//! The names used in a file, fully resolved: groups, renames, globs, `self`, `extern crate`, raw identifiers.
//!
//! A rule that searches for `std::fs` is circumvented by `use std as s`. Here each path is resolved from its crate, so
//! that rules only have to compare. Scopes within a file are not distinguished: a name imported in one function counts
//! in the whole file, which can only find too much.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Token, starts_with};

/// A resolved path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// From a crate (`std`, `tokio`), or from the root of the file's own crate; then the first segment is `crate`.
    pub(crate) path: Vec<String>,
    /// Line number, from 1.
    pub(crate) line: usize,
    /// How it was used.
    pub(crate) how: How,
}

/// How a name was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// In code, or imported under its own name.
    Plain,
    /// Imported with everything below it.
    Glob,
    /// Renamed or re-exported: everything below it can be used without naming it again.
    PassedOn,
}

impl Named {
    /// Whether `target` or something below it is named, or can be used from here without being named again.
    pub(crate) fn reaches(&self, target: &[&str]) -> bool {
        let is_same = |(segment, wanted): (&String, &&str)| segment == wanted;
        let shared = self.path.iter().zip(target).take_while(|pair| is_same(*pair)).count();
        shared == target.len() || (shared == self.path.len() && self.how != How::Plain)
    }

    /// The path as text.
    pub(crate) fn text(&self) -> String {
        self.path.join("::")
    }
}

/// One leaf of a `use`.
struct Import {
    path: Vec<String>,
    /// Its new name; `None` for a glob and for `_`.
    name: Option<String>,
    renamed: bool,
    is_public: bool,
    line: usize,
}

/// Every name used by the tokens of a file. `module` is the file's module path: empty for `lib.rs`.
pub(crate) fn named(module: &[String], tokens: &[Token]) -> Vec<Named> {
    let imports = imports(tokens);
    let scope = Scope::new(module, tokens, &imports);
    let mut found = Vec::new();
    for import in &imports {
        let how = match &import.name {
            None if import.path.last().is_some_and(|last| last == "*") => How::Glob,
            _ if import.renamed || import.is_public => How::PassedOn,
            _ => How::Plain,
        };
        let path = import.path.iter().filter(|segment| *segment != "*").cloned().collect::<Vec<_>>();
        found.extend(scope.written_out(&path).into_iter().map(|path| Named { path, line: import.line, how }));
    }
    for (path, line) in paths_in_code(tokens) {
        let paths = scope.written_out(&path).into_iter();
        found.extend(paths.map(|path| Named { path, line, how: How::Plain }));
    }
    found
}

/// The external crates that a path starts with; words in comments, strings and variables do not count.
pub(crate) fn crates(tokens: &[Token]) -> BTreeSet<String> {
    let outside = named(&[], tokens).into_iter().filter_map(|named| named.path.into_iter().next());
    outside.filter(|first| first != "crate").collect()
}

/// The meaning of the names in a file.
struct Scope<'a> {
    module: &'a [String],
    modules: BTreeSet<&'a str>,
    imported: BTreeMap<&'a str, Vec<&'a [String]>>,
}

impl<'a> Scope<'a> {
    fn new(module: &'a [String], tokens: &'a [Token], imports: &'a [Import]) -> Self {
        let declared = tokens.windows(2).filter(|pair| pair[0].text == "mod");
        let modules = declared.map(|pair| pair[1].text.as_str()).collect();
        let mut imported: BTreeMap<&str, Vec<&[String]>> = BTreeMap::new();
        for import in imports {
            // `use tokio;` adds nothing, and would refer to itself.
            if let Some(name) = import.name.as_deref().filter(|name| import.path != [*name]) {
                imported.entry(name).or_default().push(&import.path);
            }
        }
        Self { module, modules, imported }
    }

    /// Every meaning of a path. There are several if the first name is imported in several scopes.
    fn written_out(&self, path: &[String]) -> Vec<Vec<String>> {
        self.follow(path, &mut BTreeSet::new())
    }

    fn follow(&self, path: &[String], seen: &mut BTreeSet<String>) -> Vec<Vec<String>> {
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        if ["crate", "self", "super"].contains(&first.as_str()) {
            return vec![self.absolute(path)];
        }
        if first.is_empty() {
            return vec![rest.to_vec()];
        }
        if let Some(origins) = self.imported.get(first.as_str())
            && seen.insert(first.clone())
        {
            let whole = origins.iter().map(|origin| [*origin, rest].concat());
            let found = whole.flat_map(|path| self.follow(&path, &mut seen.clone()));
            // A name that is imported elsewhere may be a child module here.
            let child = self.modules.contains(first.as_str()).then(|| self.child(path));
            return found.chain(child).collect();
        }
        if self.modules.contains(first.as_str()) {
            return vec![self.child(path)];
        }
        vec![path.to_vec()]
    }

    fn child(&self, path: &[String]) -> Vec<String> {
        ["crate".to_owned()].iter().chain(self.module).chain(path).cloned().collect()
    }

    fn absolute(&self, path: &[String]) -> Vec<String> {
        let mut place = self.module.to_vec();
        for segment in path {
            match segment.as_str() {
                "crate" => place.clear(),
                "self" => {}
                "super" => drop(place.pop()),
                name => place.push(name.to_owned()),
            }
        }
        place.insert(0, "crate".to_owned());
        place
    }
}

fn imports(tokens: &[Token]) -> Vec<Import> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let is_public = at > 0 && ["pub", ")"].contains(&tokens[at - 1].text.as_str());
        if starts_with(&tokens[at..], &["extern", "crate"]) {
            read_leaf(&tokens[at + 2..], Vec::new(), is_public, &mut found);
        } else if tokens[at].text == "use" && !starts_with(&tokens[at + 1..], &["<"]) {
            read_tree(&tokens[at + 1..], &[], is_public, &mut found);
        }
    }
    found
}

/// Parses one tree of a `use`; returns the number of tokens.
fn read_tree(tokens: &[Token], prefix: &[String], is_public: bool, found: &mut Vec<Import>) -> usize {
    let (mut path, mut at) = (prefix.to_vec(), 0);
    if starts_with(tokens, &[":", ":"]) {
        // A path that starts with `::` is a crate, whatever else has that name.
        path.push(String::new());
        at += 2;
    }
    loop {
        match tokens.get(at).map(|token| token.text.as_str()) {
            Some("{") => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token.text != "}") {
                    if tokens[at].text == "," {
                        at += 1;
                    } else {
                        at += read_tree(&tokens[at..], &path, is_public, found).max(1);
                    }
                }
                return at + 1;
            }
            Some(_) if starts_with(&tokens[at + 1..], &[":", ":"]) => {
                path.push(plain(&tokens[at].text));
                at += 3;
            }
            Some(_) => return at + read_leaf(&tokens[at..], path, is_public, found),
            None => return at,
        }
    }
}

/// Parses the last segment and its new name, if any.
fn read_leaf(tokens: &[Token], mut path: Vec<String>, is_public: bool, found: &mut Vec<Import>) -> usize {
    let Some(last) = tokens.first() else { return 0 };
    let segment = plain(&last.text);
    // `use a::{self}` is `use a`.
    if segment != "self" || path.is_empty() {
        path.push(segment);
    }
    let other = starts_with(&tokens[1..], &["as"]).then(|| tokens.get(2).map(|token| plain(&token.text)));
    let own = path.last().filter(|own| *own != "*").cloned();
    let renamed = other.as_ref().is_some_and(|other| *other != own);
    let name = other.clone().unwrap_or(own).filter(|name| name != "_");
    found.push(Import { path, name, renamed, is_public, line: last.line });
    if other.is_some() { 3 } else { 1 }
}

/// `r#fs` is `fs`.
fn plain(word: &str) -> String {
    word.strip_prefix("r#").unwrap_or(word).to_owned()
}

/// Paths of at least two segments outside imports, with the line of their last segment.
fn paths_in_code(tokens: &[Token]) -> Vec<(Vec<String>, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].text == "use" && !starts_with(&tokens[at + 1..], &["<"]) {
            at += tokens[at..].iter().take_while(|token| token.text != ";").count();
        }
        let begins = starts_with(&tokens[at.min(tokens.len())..], &[":", ":"]);
        // After a type, as in `Vec::<u8>::new`, it is the rest of a path.
        let is_rest = begins && at > 0 && [">", "]", ")"].contains(&tokens[at - 1].text.as_str());
        let mut path = if begins { vec![String::new()] } else { Vec::new() };
        let mut next = if begins { at + 2 } else { at };
        while tokens.get(next).is_some_and(|token| is_word(&token.text)) {
            path.push(plain(&tokens[next].text));
            next += 1;
            if !starts_with(&tokens[next..], &[":", ":"]) {
                break;
            }
            next += 2;
        }
        if path.len() > 1 && !is_rest {
            found.push((path, tokens[next - 1].line));
        }
        at = next.max(at + 1);
    }
    found
}

fn is_word(text: &str) -> bool {
    text.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::tokens;

    /// Checks what `text` names in the module `a::b`.
    fn check(text: &str, expected: &[&str]) {
        let module = ["a".to_owned(), "b".to_owned()];
        let found: Vec<_> = named(&module, &tokens("a/b.rs", text)).iter().map(Named::text).collect();
        for path in expected {
            assert!(found.contains(&(*path).to_owned()), "{text}: {path} is not among {found:?}");
        }
    }

    #[test]
    fn imports_are_written_out() {
        check("use std::fs;", &["std::fs"]);
        check("use std::{io::{self, Read as R}, fs as f};", &["std::io", "std::io::Read", "std::fs"]);
        check("use ::std::fs as x;", &["std::fs"]);
        check("use r#std::r#fs;", &["std::fs"]);
        check("use {std::fs, std::env as e};", &["std::fs", "std::env"]);
    }

    #[test]
    fn renamed_names_are_resolved() {
        check("use std as s; fn f() { s::fs::read(x) }", &["std::fs::read"]);
        check("extern crate std as s; fn f() { s::fs::read(x) }", &["std::fs::read"]);
        check("extern crate std as s; use s::{fs}; ", &["std::fs"]);
        check("use std::{self as s}; use s as t; fn f() { t::env::var(x) }", &["std::env::var"]);
        check(
            "use std::os::unix; fn f() -> unix::net::UnixStream { g() }",
            &["std::os::unix::net::UnixStream"],
        );
        check("fn f() { use tokio::time as t; t::sleep(x) }", &["tokio::time::sleep"]);
        check("fn f() { ::std::fs::read(x) }", &["std::fs::read"]);
        check("fn f(x: Vec<std::fs::File>) {}", &["std::fs::File"]);
    }

    #[test]
    fn paths_in_the_own_crate_start_at_its_root() {
        check("use crate::ports::Clock;", &["crate::ports::Clock"]);
        check("use super::c; fn f() { c::d(); self::e::g() }", &["crate::a::c::d", "crate::a::b::e::g"]);
        check("use crate as c; fn f(x: c::ports::Clock) {}", &["crate::ports::Clock"]);
        check("mod ports; use ports::x;", &["crate::a::b::ports::x"]);
    }

    #[test]
    fn circular_renames_terminate() {
        check("use a as b; use b as a; fn f() { a::c() }", &["a::c"]);
    }

    fn reaches(text: &str, expected: bool) {
        let found = named(&[], &tokens("lib.rs", text));
        let reached = found.iter().any(|named| named.reaches(&["std", "fs"]));
        assert_eq!(reached, expected, "{text}: {found:?}");
    }

    #[test]
    fn re_exported_names_can_be_reached() {
        reaches("use std::fs::read;", true);
        reaches("use std::*;", true);
        reaches("use std as s;", true);
        reaches("pub use std;", true);
        reaches("pub(crate) use std;", true);
        reaches("use std::{self as _};", true);
        reaches("use std::fs::{self as x};", true);
    }

    #[test]
    fn words_and_siblings_are_not_paths() {
        reaches("use std::fmt; fn f() { let fs = 1; std::mem::take(&mut fs) }", false);
        reaches("use std::io::*;", false);
        reaches("// std::fs\n/// std::fs\nfn f() { g(\"std::fs\") }", false);
        reaches("mod fs; use fs::x;", false);
    }

    #[test]
    fn a_crate_is_used_when_a_path_begins_with_it() {
        let crates = |text: &str| crates(&tokens("lib.rs", text)).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(crates("use uuid::Uuid; #[tokio::main] fn f() {}"), "tokio uuid");
        assert_eq!(crates("/// uuid\nfn uuid(uuid: u8) { let x = uuid; g(\"uuid::Uuid\") }"), "");
        assert_eq!(crates("mod tar; fn f() { tar::open() }"), "");
        assert_eq!(crates("mod tar; fn f() { ::tar::open() }"), "tar");
        assert_eq!(crates("fn f() { Vec::<u8>::uuid() }"), "");
    }
}
