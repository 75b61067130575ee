//! Files that would cost a naive reader minutes or gigabytes. Each is refused by a cap, with a position; that the test ends
//! is half of what it shows.

#![expect(clippy::expect_used, reason = "a test may fail loudly")]

use core_monitor_compose::{Code, LoadOptions, ProjectFiles, load};

fn check(compose: String, env: String) -> String {
    let mut files = ProjectFiles::single("compose.yml", compose);
    files.add(".env", env.clone());
    files.add("a.env", env);
    let options = LoadOptions { project_name: Some("p".to_owned()), ..LoadOptions::default() };
    let rejected = load(&files, &options).expect_err("a hostile file is refused");
    let caps = [Code::LimitExceeded, Code::InvalidEnvFile];
    let first = rejected.errors.iter().find(|error| caps.contains(&error.code));
    first.unwrap_or(&rejected.errors[0]).to_string()
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(|n| line(n) + "\n").collect()
}

#[test]
fn aliases_of_aliases() {
    let bomb = lines(30, |n| format!("x-{}: &a{} [*a{n}, *a{n}]", n + 1, n + 1));
    assert_eq!(
        check(format!("x-0: &a0 [x, x]\n{bomb}services: {{a: {{image: demo}}}}\n"), String::new()),
        "compose.yml:16:19: aliases expand to more than 200000 values"
    );
}

#[test]
fn aliases_of_one_long_text() {
    let long = "y".repeat(1 << 20);
    let uses = lines(1000, |_| "  - *a".to_owned());
    assert_eq!(
        check(format!("x-a: &a {long}\nx-b:\n{uses}services: {{a: {{image: demo}}}}\n"), String::new()),
        "compose.yml:9:5: aliases expand to more than 200000 values"
    );
}

#[test]
fn merges_of_one_large_mapping() {
    let keys = lines(3000, |n| format!("  k{n}: v"));
    let merges = lines(3000, |n| format!("  s{n}: {{<<: *a, image: demo}}"));
    let said = check(format!("x-a: &a\n{keys}services:\n{merges}"), String::new());
    assert!(said.starts_with("compose.yml:30") && said.contains("expand to more than"), "{said}");
}

#[test]
fn a_large_service_extended_by_many() {
    let variables = lines(2000, |n| format!("      V{n}: x"));
    let services = lines(2000, |n| format!("  s{n}: {{extends: base}}"));
    let said = check(
        format!("services:\n  base:\n    image: demo\n    environment:\n{variables}{services}"),
        String::new(),
    );
    assert!(said.ends_with("merging copies more than 200000 entries"), "{said}");
}

#[test]
fn port_ranges() {
    let ranges = lines(50, |n| format!("      - 1-65535/{}", if n % 2 == 0 { "tcp" } else { "udp" }));
    assert_eq!(
        check(format!("services:\n  a:\n    image: demo\n    ports:\n{ranges}"), String::new()),
        "compose.yml:8:9: more than 200000 ports"
    );
}

#[test]
fn variables_that_double() {
    let doubling = lines(60, |n| format!("A{}=$A{n}$A{n}", n + 1));
    assert_eq!(
        check("services: {a: {image: $A60}}\n".to_owned(), format!("A0=x\n{doubling}")),
        ".env:25:5: variables expand to too much text"
    );
}

#[test]
fn one_long_variable_used_often() {
    let often = "$A".repeat(1 << 20);
    assert_eq!(
        check(format!("services: {{a: {{image: {often}}}}}\n"), format!("A={}\n", "x".repeat(1 << 20))),
        "compose.yml:1:23: variables expand to too much text"
    );
}

#[test]
fn one_env_file_read_by_many() {
    let services = lines(100, |n| format!("  s{n}: {{image: demo, env_file: a.env}}"));
    let env = lines(100_000, |n| format!("K{n}=v"));
    let said = check(format!("services:\n{services}"), env);
    assert!(said.contains("env files have more than 4194304 bytes together"), "{said}");
}

#[test]
fn one_large_file_extended_by_many_documents() {
    let mut files = ProjectFiles::single(
        "compose.yml",
        lines(100, |n| format!("---\nservices: {{s{n}: {{extends: {{file: base.yml, service: s}}}}}}")),
    );
    files.add("base.yml", format!("#{}\nservices: {{s: {{image: demo}}}}\n", "-".repeat(1 << 20)));
    let options = LoadOptions { project_name: Some("p".to_owned()), ..LoadOptions::default() };
    let rejected = load(&files, &options).expect_err("too much is read");
    assert_eq!(
        rejected.errors[0].to_string(),
        "base.yml:1:1: the compose files have more than 16777216 bytes together"
    );
}

#[test]
fn everything_waits_for_everything() {
    let names: Vec<String> = (0..400).map(|n| format!("s{n}")).collect();
    let list = names.join(", ");
    let services = lines(400, |n| format!("  s{n}: {{image: demo, depends_on: [{list}]}}"));
    let said = check(format!("services:\n{services}"), String::new());
    assert!(said.starts_with("compose.yml:2:"), "{said}");
}

#[test]
fn thousands_of_misspelt_names() {
    let services = lines(5000, |n| format!("  service-{n}: {{image: demo, depends_on: [servise-{n}]}}"));
    let said = check(format!("services:\n{services}"), String::new());
    assert_eq!(
        said,
        "compose.yml:2:41: service `service-0` depends on undefined service `servise-0` (did you mean `service-1`?)"
    );
}
