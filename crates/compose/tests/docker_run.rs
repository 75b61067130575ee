//! `docker run` lines and the compose files they become.
//!
//! `docker_run/lines.txt` has the commands, separated by empty lines; `docker_run/lines.out` has the results. Set
//! `COMPOSE_CASES=overwrite` to rewrite it.

use core_monitor_compose::docker_run::convert;
use core_monitor_compose::{LoadOptions, Loaded, ProjectFiles, load};
use proptest::prelude::*;

fn shown(line: &str) -> String {
    match convert(line) {
        Ok(converted) => {
            let notes: Vec<String> = converted.notes.iter().map(|note| format!("note: {note}\n")).collect();
            converted.compose + &notes.concat()
        }
        Err(errors) => {
            let errors: Vec<String> = errors.iter().map(|error| format!("error: {error}\n")).collect();
            errors.concat()
        }
    }
}

fn loaded(compose: &str) -> Result<Loaded, String> {
    let mut files = ProjectFiles::single("compose.yml", compose);
    for name in ["app.env", "other.env", "labels.txt"] {
        files.add(name, "A=1");
    }
    let options = LoadOptions {
        home: Some("/someone".to_owned()),
        variables: [("MEMORY", "64m"), ("TAG", "1"), ("PORT", "8080")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter()
            .collect(),
        ..LoadOptions::default()
    };
    load(&files, &options).map_err(|rejected| rejected.to_string())
}

fn lines() -> Vec<&'static str> {
    include_str!("docker_run/lines.txt")
        .split("\n\n")
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn lines_convert_to_the_expected_output() {
    let cases: Vec<String> = lines().iter().map(|line| format!("$ {line}\n{}\n", shown(line))).collect();
    let text = cases.concat();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docker_run/lines.out");
    #[expect(clippy::disallowed_methods, reason = "the variable of the other case files")]
    let overwrite = std::env::var("COMPOSE_CASES").is_ok_and(|word| word == "overwrite");
    if overwrite {
        std::fs::write(path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap();
    for (line, expected) in text.split("\n\n$ ").zip(expected.split("\n\n$ ")) {
        assert_eq!(line, expected);
    }
    assert_eq!(text.len(), expected.len());
}

#[test]
fn every_converted_line_is_a_project() {
    for line in lines() {
        if let Ok(converted) = convert(line)
            && let Err(error) = loaded(&converted.compose)
        {
            panic!("{line}\n{}\n{error}", converted.compose);
        }
    }
}

#[test]
fn command_words_arrive_as_a_shell_would_pass_them() {
    let line = r#"docker run -e 'A=$x "y" \z: #' busybox sh -c 'echo "$A" && ls *; printf "%s\n" \\' "" é"#;
    let project = loaded(&convert(line).unwrap().compose).unwrap().project;
    let service = &project.services["busybox"];
    assert_eq!(service.environment["A"].as_deref(), Some(r#"$x "y" \z: #"#));
    let command: Vec<&str> = service.command.iter().flatten().map(String::as_str).collect();
    assert_eq!(command, ["sh", "-c", r#"echo "$A" && ls *; printf "%s\n" \\"#, "", "é"]);
}

#[test]
fn a_huge_line_is_rejected() {
    let line = format!("docker run {} nginx", "-e A=1 ".repeat(20_000));
    assert_eq!(
        shown(&line),
        "error: 1:1: the command is 140017 bytes long, but at most 65536 bytes are accepted\n"
    );
}

/// Fragments that build and break commands.
const PIECES: &[&str] = &[
    "docker run ",
    "podman ",
    "sudo ",
    "create ",
    "-it ",
    "-e ",
    "-e A ",
    "--env=",
    "-p",
    "8080:80 ",
    "-v ",
    "/a:/b:ro ",
    "data:/d ",
    "--mount ",
    "type=bind,",
    "source=/x,",
    "target=/y ",
    "--name ",
    "web ",
    "--network ",
    "name=n,alias=",
    "--ulimit nofile=1:",
    "--gpus ",
    "'\"device=0,1\"' ",
    "--health-cmd ",
    "--restart ",
    "on-failure:3 ",
    "--link a:b ",
    "--device /dev/x:r ",
    "--log-opt a=b ",
    "--cpus ",
    "-m ",
    "64m ",
    "${A",
    "}",
    "$(",
    ")",
    "$",
    "`",
    "'",
    "\"",
    "\\",
    "\\\n",
    "\n",
    " ",
    "=",
    ":",
    ",",
    "nginx ",
    "--",
    "-",
    "#",
    "&",
    "|",
    "\0",
    "\u{feff}",
    "é",
    "0",
    "-1 ",
    "1e9 ",
    "--stop-timeout ",
    "--expose 1-65535 ",
    "--blkio-weight-device ",
    "--tmpfs /t:size=1m ",
    "<<: ",
    "{a: b}",
    "!reset ",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_input_is_converted_or_rejected(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        let line: String = pieces.concat();
        let _ = shown(&line);
        let line = format!("docker run {line}");
        if let Ok(converted) = convert(&line) && !converted.compose.contains("${") {
            let files = ProjectFiles::single("compose.yml", converted.compose.clone());
            let answer = load(&files, &LoadOptions { home: Some("/".into()), ..LoadOptions::default() });
            prop_assert!(answer.is_ok(), "{line}\n{}\n{answer:?}", converted.compose);
        }
    }

    #[test]
    fn any_text_survives_as_a_variable(value in "\\PC{0,40}", control in "[\u{0}-\u{9f}\u{2028}\u{feff}]{0,6}") {
        let value = format!("{value}{control}").replace(['\'', '\0'], "");
        let line = format!("docker run -e 'A={value}' nginx");
        let converted = convert(&line).unwrap();
        let project = loaded(&converted.compose).unwrap().project;
        prop_assert_eq!(project.services["nginx"].environment["A"].as_deref(), Some(value.as_str()));
    }
}
