//! The loader handles any input: it returns a model that can be stored, or errors.

use core_monitor_compose::{LoadOptions, ProjectFiles, Renderer, lint, load, render};
use proptest::prelude::*;

/// Fragments that build and break compose files.
const PIECES: &[&str] = &[
    "services:\n",
    "networks:\n",
    "volumes:\n",
    "name: ",
    "x-a: &a ",
    "  web:\n",
    "  db: ",
    "    image: demo\n",
    "    <<: *a\n",
    "    ports: ",
    "    volumes: ",
    "    environment:\n",
    "    depends_on: [web, db]\n",
    "    extends: web\n",
    "    extends: {file: lib.yml, service: web}\n",
    "    command: ",
    "    healthcheck: {test: ",
    "      A: ",
    "      - ",
    "    networks: {front: {aliases: [",
    "    deploy: {resources: {limits: {memory: ",
    "    env_file: a.env\n",
    "*a",
    "&a ",
    "!reset null",
    "!override ",
    "!!int x",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ": ",
    "\n",
    "---\n",
    "'",
    "\"",
    "|\n",
    ">\n",
    "#",
    "${A:-${B:?c}}",
    "${",
    "$A",
    "$$",
    "8080-8090:80/udp",
    "[::1]:1:2",
    "./a:/b:ro,z",
    "v:/x",
    "~",
    "1e999",
    "0x",
    "-",
    "09",
    "2020-01-01",
    "1m30s",
    "64mb",
    "é",
    "\u{feff}",
    "\t",
    "\r\n",
    "\0",
    "=",
    "\\",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

/// Checks that output stays on its lines and cannot control a terminal.
fn shown(text: &str) {
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    assert!(text.lines().all(|line| line.chars().count() < 2000), "{text:?}");
}

fn answer(compose: Vec<u8>, env: Vec<u8>, lib: Vec<u8>) {
    let mut files = ProjectFiles::single("compose.yml", compose);
    files.add(".env", env.clone());
    files.add("a.env", env);
    files.add("lib.yml", lib);
    let options = LoadOptions { project_name: Some("p".to_owned()), ..LoadOptions::default() };
    match load(&files, &options) {
        Ok(loaded) => {
            let stored = serde_json::to_string(&loaded.project).unwrap_or_default();
            assert_eq!(serde_json::from_str(&stored).ok(), Some(loaded.project.clone()));
            let mut renderer = Renderer::new(&files);
            for finding in lint(&loaded).findings {
                shown(&renderer.finding(&finding));
            }
            loaded.warnings.iter().for_each(|warning| shown(&render(&files, warning)));
        }
        Err(rejected) => {
            assert!(!rejected.errors.is_empty(), "a rejection has an error");
            rejected.errors.iter().for_each(|error| shown(&render(&files, error)));
        }
    }
}

proptest! {
    #[test]
    fn fragments_of_files(compose in text(), env in text(), lib in text()) {
        answer(compose.into_bytes(), env.into_bytes(), lib.into_bytes());
    }

    #[test]
    fn values_of_attributes(value in text(), attribute in prop::sample::select(&[
        "image", "command", "ports", "volumes", "environment", "healthcheck", "depends_on", "networks", "deploy", "extra_hosts",
        "devices", "ulimits", "mem_limit", "stop_grace_period", "logging", "labels", "env_file", "gpus", "blkio_config",
    ][..])) {
        let quoted = serde_json::Value::String(value);
        answer(format!("services: {{web: {{image: demo, {attribute}: {quoted}}}}}").into_bytes(), Vec::new(), Vec::new());
        answer(format!("services: {{web: {{image: demo, {attribute}: [{quoted}]}}}}").into_bytes(), Vec::new(), Vec::new());
    }

    #[test]
    fn arbitrary_bytes(compose in prop::collection::vec(any::<u8>(), 0..200), env in prop::collection::vec(any::<u8>(), 0..80)) {
        answer(compose, env, Vec::new());
    }
}
