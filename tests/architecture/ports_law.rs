//! What the code of a layer may name.

use crate::repository::{assert_none, files, read, rust_files};
use crate::source::{Token, paths, starts_with, tokens, without_tests};

/// Lines on which a module of the domain names something of `ports`. The word alone says nothing, since `ports` is
/// also what containers publish: what counts is where a path leads from the module it stands in.
fn port_imports(path: &str, text: &str) -> Vec<String> {
    let (tokens, _) = without_tests(&tokens(path, text));
    let module = module_of(path);
    let mut lines: Vec<usize> = paths(&tokens)
        .into_iter()
        .filter(|(segments, _)| resolve(&module, segments).first().is_some_and(|first| first == "ports"))
        .map(|(_, line)| line)
        .collect();
    lines.dedup();
    lines.into_iter().map(|line| format!("{path}:{line} names a port")).collect()
}

/// The module a file is, from the root of its crate.
fn module_of(path: &str) -> Vec<String> {
    let inside = path.split_once("/src/").map_or(path, |(_, inside)| inside).trim_end_matches(".rs");
    inside.split('/').filter(|name| *name != "lib").map(str::to_owned).collect()
}

/// Where a path that starts with `crate`, `self` or `super` leads, from the root of the crate.
fn resolve(module: &[String], segments: &[String]) -> Vec<String> {
    let mut place = module.to_vec();
    for segment in segments {
        match segment.as_str() {
            "crate" | "core_monitor_domain" => place.clear(),
            "self" => {}
            "super" => drop(place.pop()),
            name => place.push(name.to_owned()),
        }
    }
    place
}

/// Lines that could start a program.
fn started_programs(path: &str, text: &str) -> Vec<String> {
    let (tokens, _) = without_tests(&tokens(path, text));
    let starts = (0..tokens.len()).filter(|index| names_a_program(&tokens[*index..]));
    starts.map(|index| format!("{path}:{} can start a program", tokens[index].line)).collect()
}

fn names_a_program(tokens: &[Token]) -> bool {
    if starts_with(tokens, &["process", "as"]) {
        return true;
    }
    if !starts_with(tokens, &["process", ":", ":"]) {
        return false;
    }
    match tokens.get(3).map(|token| token.text.as_str()) {
        Some("Command" | "*") => true,
        Some("{") => tokens.iter().take_while(|token| token.text != "}").any(|token| token.text == "Command"),
        _ => false,
    }
}

/// Ports of the database that no file of the store is called after.
fn missing_mirrors(ports: &[&str], store_files: &[&str]) -> Vec<String> {
    let has = |port: &str| store_files.iter().any(|file| file.ends_with(&format!("/{port}.rs")));
    ports
        .iter()
        .filter(|port| !has(port))
        .map(|port| format!("no file of the store is called `{port}.rs`"))
        .collect()
}

/// The module the file belongs to is the contract itself, or only declares it.
fn is_about_ports(path: &str) -> bool {
    let inside = path.strip_prefix("crates/domain/src/").unwrap_or(path);
    inside == "lib.rs" || inside == "ports.rs" || inside.starts_with("ports/")
}

#[test]
fn the_pure_modules_do_not_know_the_ports() {
    let pure: Vec<_> = rust_files("crates/domain/src").filter(|path| !is_about_ports(path)).collect();
    assert!(pure.iter().any(|path| path.contains("/planner/")), "the planner has moved: {pure:?}");
    let violations: Vec<_> = pure.iter().flat_map(|path| port_imports(path, &read(path))).collect();
    assert_none(&violations, "A pure module gets values, never the port they came from.");
}

#[test]
fn no_program_is_started() {
    let product = |path: &&str| !path.starts_with("tests/") && !path.contains("/tests/");
    let violations: Vec<_> =
        rust_files("").filter(product).flat_map(|path| started_programs(path, &read(path))).collect();
    assert_none(
        &violations,
        "Nothing a user writes may reach a shell, so the product starts no program at all.",
    );
}

#[test]
fn the_store_mirrors_the_ports() {
    // The others are kept by the engine, the operating system or the process itself.
    let elsewhere = [
        "build_source",
        "clock",
        "container_engine",
        "engine_link",
        "id_source",
        "registry_credentials",
        "secret_vault",
        "stack_folder",
        "store_error",
    ];
    let name = |path: &'static str| path.rsplit('/').next().and_then(|file| file.strip_suffix(".rs"));
    let ports: Vec<_> = rust_files("crates/domain/src/ports")
        .filter_map(name)
        .filter(|port| !elsewhere.contains(port))
        .collect();
    assert!(ports.contains(&"command_queue"), "the ports have moved: {ports:?}");
    let store: Vec<_> =
        files().iter().map(String::as_str).filter(|p| p.starts_with("crates/store-seaorm/src/")).collect();
    assert_none(
        &missing_mirrors(&ports, &store),
        "A port of the database is implemented in a file of its name.",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_ports(text: &str, expected: &[&str]) {
        let path = "crates/domain/src/planner/slots.rs";
        let expected: Vec<_> = expected.iter().map(|line| format!("{path}:{line} names a port")).collect();
        assert_eq!(port_imports(path, text), expected, "{text}");
    }

    #[test]
    fn imports_of_ports_are_found() {
        check_ports("use crate::ports::Clock;", &["1"]);
        check_ports("use crate::{\n    ids::Seq,\n    ports::{Clock, IdSource},\n};", &["3"]);
        check_ports("fn f(c: &dyn crate::ports::Clock) {}", &["1"]);
        check_ports("use super::super::ports;", &["1"]);
        check_ports("use core_monitor_domain::ports::Clock;", &["1"]);
    }

    #[test]
    fn published_ports_are_no_ports() {
        check_ports("use super::{order, ports};\nfn f() { ports::conflicts(); }", &[]);
        check_ports("fn f(spec: &Spec) -> usize { let ports = &spec.ports; ports.len() }", &[]);
        check_ports("/// See [`crate::ports::Clock`].\nfn f() { Spec::ports(); }", &[]);
    }

    #[test]
    fn programs_are_found_however_they_are_named() {
        for text in [
            "fn f() { std::process::Command::new(x); }",
            "use std::process::{ExitCode, Command};",
            "use tokio::process::*;",
            "use std::process as p;",
        ] {
            assert_eq!(started_programs("p.rs", text), ["p.rs:1 can start a program"], "{text}");
        }
    }

    #[test]
    fn exit_codes_and_tests_start_nothing() {
        for text in [
            "use std::process::{ExitCode, id};",
            "use crate::command::Command; fn f() { Command::new(); }",
            "#[cfg(test)] mod tests { use std::process::Command; }",
        ] {
            assert_eq!(started_programs("p.rs", text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_port_without_a_file_is_found() {
        let files = ["crates/store-seaorm/src/plan_store.rs"];
        let missing = missing_mirrors(&["plan_store", "token_store"], &files);
        assert_eq!(missing, ["no file of the store is called `token_store.rs`"]);
    }
}
