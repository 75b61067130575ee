//! Access to the outside world, and which code may have it.

use crate::modules::{is_product, module_of};
use crate::names::named;
use crate::repository::{assert_none, read, rust_files};
use crate::source::{tokens, without_tests};

/// Names that only some code may use.
struct Law {
    /// What they do, for the message.
    what: &'static str,
    names: &'static [&'static [&'static str]],
}

/// What a pure crate receives as values instead. Addresses such as `std::net::IpAddr` are values.
const OUTSIDE_WORLD: Law = Law {
    what: "reaches out of a pure crate",
    names: &[
        &["std", "fs"],
        &["std", "env"],
        &["std", "process"],
        &["std", "thread"],
        &["std", "net", "TcpListener"],
        &["std", "net", "TcpStream"],
        &["std", "net", "UdpSocket"],
        &["std", "net", "ToSocketAddrs"],
        &["std", "os", "unix", "net"],
        &["std", "os", "unix", "process"],
        &["std", "io", "stdin"],
    ],
};

/// Waiting uses the `Clock` port, so that tests can control it.
const TIMERS: Law = Law {
    what: "waits without the clock",
    names: &[
        &["tokio", "time"],
        &["tokio_util", "time"],
        &["actix_web", "rt", "time"],
        &["actix_rt", "time"],
        &["std", "thread", "sleep"],
        &["std", "thread", "park_timeout"],
    ],
};

/// User input must never reach a shell.
const PROGRAMS: Law = Law {
    what: "can start a program",
    names: &[&["std", "process", "Command"], &["tokio", "process"], &["std", "os", "unix", "process"]],
};

/// The crates that other programs can embed: they take and return values.
const PURE: &[&str] =
    &["crates/archive/src/", "crates/catalog/src/", "crates/compose/src/", "crates/domain/src/"];

/// The implementations of the clock: the real one, and those of the tests; and the data plane of the gateway, whose connections have
/// deadlines on the runtime of their own thread. What it decides by, it asks the clock.
const CLOCKS: &[&str] = &["crates/host/src/", "crates/simulation/src/", "crates/gateway/src/"];

impl Law {
    /// Lines of a file's product code that violate it.
    fn violations(&self, path: &str, text: &str) -> Vec<String> {
        let (tokens, _) = without_tests(&tokens(path, text));
        let names = named(&module_of(path), &tokens);
        let broken = names.iter().filter(|named| self.names.iter().any(|law| named.reaches(law)));
        let mut violations: Vec<_> =
            broken.map(|named| format!("{path}:{} {}: `{}`", named.line, self.what, named.text())).collect();
        violations.dedup();
        violations
    }
}

/// Checks a rule for the product code in these folders.
fn check(law: &Law, is_subject: impl Fn(&str) -> bool, advice: &str) {
    let subjects: Vec<_> = rust_files("").filter(|path| is_product(path) && is_subject(path)).collect();
    assert!(subjects.len() > 50, "only {} files were read", subjects.len());
    let violations: Vec<_> = subjects.iter().flat_map(|path| law.violations(path, &read(path))).collect();
    assert_none(&violations, advice);
}

fn is_below(path: &str, folders: &[&str]) -> bool {
    folders.iter().any(|folder| path.starts_with(folder))
}

#[test]
fn the_pure_crates_touch_nothing() {
    for folder in PURE {
        assert!(rust_files("crates").any(|path| path.starts_with(folder)), "{folder} has moved");
    }
    check(&OUTSIDE_WORLD, |path| is_below(path, PURE), "Pass it as a value, or put it behind a port.");
}

#[test]
fn time_passes_by_the_clock() {
    let advice = "Use `Clock::sleep`, and `ports::within` for a deadline.";
    check(&TIMERS, |path| !is_below(path, CLOCKS), advice);
}

#[test]
fn no_program_is_started() {
    let advice = "Nothing a user writes may reach a shell, so the product starts no program at all.";
    check(&PROGRAMS, |_| true, advice);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(law: &Law, text: &str, expected: &[&str]) {
        assert_eq!(law.violations("crates/a/src/lib.rs", text), expected, "{text}");
    }

    #[test]
    fn the_outside_world_is_found_under_any_name() {
        for text in [
            "use std::fs;",
            "use std::fs as x;",
            "use std::{fs as f};",
            "use std::{io, fs::{self as f, File}};",
            "use std::*;",
            "use std as s;",
            "extern crate std as s;",
            "pub use std;",
            "use std::os::unix; fn f() { unix::net::UnixStream::connect(x); }",
            "use std::net; fn f() { net::TcpStream::connect(x); }",
            "use std::net::*;",
            "fn f() { ::std::env::var(x); }",
            "fn f() { use std::thread as t; t::spawn(g); }",
            "use std::process::exit;",
            "use r#std::fs;",
        ] {
            assert!(!OUTSIDE_WORLD.violations("crates/a/src/lib.rs", text).is_empty(), "{text}");
        }
        finds(
            &OUTSIDE_WORLD,
            "use std::fs;",
            &["crates/a/src/lib.rs:1 reaches out of a pure crate: `std::fs`"],
        );
    }

    #[test]
    fn values_and_tests_reach_nothing() {
        for text in [
            "use std::net::{IpAddr, Ipv4Addr};",
            "use std::io::Read;",
            "mod fs; fn f() { fs::entries(); }",
            "fn f(env: &Env) { env.var(x); }",
            "/// See `std::fs`.\nfn f() { g(\"std::fs\"); }",
            "#[cfg(test)]\nmod tests { use std::fs; }",
        ] {
            finds(&OUTSIDE_WORLD, text, &[]);
        }
    }

    #[test]
    fn timers_are_found_under_any_name() {
        for text in [
            "async fn f() { tokio::time::sleep(x).await; }",
            "use tokio::{sync, time as t};",
            "use tokio as rt; async fn f() { rt::time::timeout(x, y).await; }",
            "use actix_web::rt; async fn f() { rt::time::sleep(x).await; }",
            "use tokio::*;",
        ] {
            assert!(!TIMERS.violations("crates/a/src/lib.rs", text).is_empty(), "{text}");
        }
        finds(&TIMERS, "use tokio::sync::watch; use std::time::Duration; use crate::time::Timestamp;", &[]);
        finds(&TIMERS, "#[cfg(test)]\nmod tests { use tokio::time::timeout; }", &[]);
    }

    #[test]
    fn programs_are_found_however_they_are_named() {
        for text in [
            "fn f() { std::process::Command::new(x); }",
            "use std::process::{ExitCode, Command};",
            "use std::process; fn f() { process::Command::new(x); }",
            "use tokio::process::*;",
            "use std::process as p;",
        ] {
            assert!(!PROGRAMS.violations("crates/a/src/lib.rs", text).is_empty(), "{text}");
        }
        finds(&PROGRAMS, "use std::process::{ExitCode, id}; use crate::command::Command;", &[]);
        finds(&PROGRAMS, "#[cfg(test)] mod tests { use std::process::Command; }", &[]);
    }
}
