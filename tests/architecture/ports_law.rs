//! Which code uses the ports, and which implements them.

use crate::modules::{is_test_module, module_of};
use crate::names::{Named, named};
use crate::repository::{assert_none, files, read, rust_files};
use crate::source::{tokens, without_tests};

/// Lines on which a module of the domain uses something of `ports` or re-exports it. The word alone is not enough,
/// since containers also publish `ports`: the resolved path counts.
fn port_imports(path: &str, text: &str) -> Vec<String> {
    let (tokens, _) = without_tests(&tokens(path, text));
    let names = named(&module_of(path), &tokens);
    let mut lines: Vec<usize> =
        names.iter().filter(|named| names_a_port(named)).map(|named| named.line).collect();
    lines.sort_unstable();
    lines.dedup();
    lines.into_iter().map(|line| format!("{path}:{line} uses a port")).collect()
}

/// By its own name, through the crate's name, or by importing everything in the root of the crate.
fn names_a_port(named: &Named) -> bool {
    named.reaches(&["crate", "ports"]) || named.reaches(&["core_monitor_domain", "ports"])
}

/// Database ports without a file of the same name in the store.
fn missing_mirrors(ports: &[&str], store_files: &[&str]) -> Vec<String> {
    let has = |port: &str| store_files.iter().any(|file| file.ends_with(&format!("/{port}.rs")));
    ports.iter().filter(|port| !has(port)).map(|port| format!("the store has no file `{port}.rs`")).collect()
}

/// The file is the contract itself. Not `lib.rs`: what it re-exports can be used without naming `ports`.
fn is_about_ports(path: &str) -> bool {
    let inside = path.strip_prefix("crates/domain/src/").unwrap_or(path);
    inside == "ports.rs" || inside.starts_with("ports/")
}

#[test]
fn the_pure_modules_do_not_know_the_ports() {
    let is_pure = |path: &&str| !is_about_ports(path) && !is_test_module(path);
    let pure: Vec<_> = rust_files("crates/domain/src").filter(is_pure).collect();
    assert!(pure.iter().any(|path| path.contains("/planner/")), "the planner has moved: {pure:?}");
    let violations: Vec<_> = pure.iter().flat_map(|path| port_imports(path, &read(path))).collect();
    assert_none(&violations, "A pure module takes values, not the port that provides them.");
}

#[test]
fn the_store_mirrors_the_ports() {
    // The engine, the operating system or the process itself implements the others.
    let elsewhere = [
        "alert_channel",
        "artifact_store",
        "build_source",
        "catalog_folder",
        "clock",
        "container_engine",
        "container_files",
        "container_logs",
        "container_statistics",
        "container_terminals",
        "disk_space",
        "engine_events",
        "engine_inventory",
        "engine_link",
        "engine_reader",
        "feed",
        "host_mounts",
        "host_ports",
        "host_statistics",
        "http_probe",
        "id_source",
        "identity_provider",
        "key_list_source",
        "password_hasher",
        "record_files",
        "registry_credentials",
        "secret_vault",
        "service_probe",
        "setup_token",
        "stack_folder",
        "store_error",
    ];
    let name = |path: &'static str| path.rsplit('/').next().and_then(|file| file.strip_suffix(".rs"));
    let ports: Vec<_> = rust_files("crates/domain/src/ports")
        // Its topics; the link is implemented in a crate of its own.
        .filter(|path| !path.contains("/engine_link/"))
        .filter_map(name)
        .filter(|port| !elsewhere.contains(port))
        .collect();
    assert!(ports.contains(&"command_queue"), "the ports have moved: {ports:?}");
    let store: Vec<_> =
        files().iter().map(String::as_str).filter(|p| p.starts_with("crates/store-seaorm/src/")).collect();
    assert_none(&missing_mirrors(&ports, &store), "Implement a database port in a file with its name.");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_ports(text: &str, expected: &[&str]) {
        let path = "crates/domain/src/planner/slots.rs";
        let expected: Vec<_> = expected.iter().map(|line| format!("{path}:{line} uses a port")).collect();
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
    fn ports_that_are_passed_on_are_found() {
        let lib = |text: &str| port_imports("crates/domain/src/lib.rs", text);
        for text in [
            "pub mod ports;\npub use ports::Clock;",
            "pub mod ports;\npub use crate::ports::Clock as Time;",
            "pub mod ports;\npub use self::ports::*;",
            "pub mod ports;\npub(crate) use ports as needs;",
        ] {
            assert_eq!(lib(text), ["crates/domain/src/lib.rs:2 uses a port"], "{text}");
        }
        assert_eq!(lib("pub mod plan;\npub mod ports;\npub use plan::Plan;"), [""; 0]);
        check_ports("use crate::*;", &["1"]);
        check_ports("use crate as domain;", &["1"]);
        check_ports("use super::super as domain;", &["1"]);
        check_ports("use super::super::{ports as p};", &["1"]);
        check_ports("extern crate core_monitor_domain as domain;", &["1"]);
    }

    #[test]
    fn a_port_without_a_file_is_found() {
        let files = ["crates/store-seaorm/src/plan_store.rs"];
        let missing = missing_mirrors(&["plan_store", "token_store"], &files);
        assert_eq!(missing, ["the store has no file `token_store.rs`"]);
    }
}
