use core_monitor_compose::Limits;

use super::declared;

/// What is read from a compose file whose template section is `section`, indented by four.
fn read(section: &str) -> String {
    let text = format!("services: {{}}\nx-core-monitor:\n  template:\n{section}");
    match declared("compose.yaml", &text, &Limits::default()) {
        Ok(Some(declared)) => serde_json::to_string(&declared).unwrap(),
        Ok(None) => "none".to_owned(),
        Err(errors) => {
            let shown = errors.iter().map(|error| {
                let span = error.span.as_ref().unwrap();
                format!("{}:{} {}", span.line, span.column, error.message)
            });
            shown.collect::<Vec<_>>().join("\n")
        }
    }
}

fn parameter(fields: &str) -> String {
    read(&format!("    parameters:\n      X: {{{fields}}}\n"))
}

#[test]
fn a_compose_file_without_the_section_is_no_template() {
    let none = declared("compose.yaml", "services: {}\n", &Limits::default()).unwrap();
    assert!(none.is_none());
    assert_eq!(read("    title: Preview\n"), read("    title: Preview\n    parameters: {}\n"));
}

#[test]
fn every_type_is_read() {
    let all = "    title: Preview
    key: {pattern: \"[a-z]+\", example: shop}
    url: \"http://localhost:{PORT}/{NAME}\"
    parameters:
      NAME: {type: string, default: a, pattern: \"[a-z]$$|a\", label: Name, help: Of it}
      COUNT: {type: int, min: 1, max: 3}
      DEBUG: {type: bool}
      SIZE: {type: enum, values: [small, large]}
      PASSWORD: {type: secret, generate: true}
      TOKEN: {type: secret, generate: 12, optional: true}
      DATA: {type: folder, root: projects, path: \"{key}/{NAME}\"}
      MAP: {type: file, root: maps}
      PORT: {type: host_port, range: 8002-8201}
      HOST: {type: host, pattern: \"{key}.preview.localhost\"}
";
    insta::assert_snapshot!(read(all).replace("{\"name\"", "\n{\"name\""));
}

#[test]
fn what_is_not_known_is_refused_where_it_is() {
    insta::assert_snapshot!(
        [
            read("    titel: x\n"),
            read("    key: \"(\"\n"),
            read("    key: \"[0-9]+\"\n"),
            read("    url: \"http://{PORT}\"\n"),
            read("    url: \"javascript:alert({key})\"\n"),
            read("    url: \"http://{key\"\n"),
            read("    title: &a x\n    description: *a\n"),
            read("    parameters: [a]\n"),
            read("    parameters:\n      1X: {type: string}\n"),
            read("    parameters:\n      INSTANCE: {type: string}\n"),
            parameter("label: x"),
            parameter("type: text"),
            parameter("type: string, min: 1"),
            parameter("type: string, optional: true, default: a"),
            parameter("type: string, pattern: \"[0-9]+\""),
            parameter("type: string, default: a, pattern: \"[0-9]+\""),
            parameter("type: int, default: 4, max: 3"),
            parameter("type: int, default: a"),
            parameter("type: enum, values: []"),
            parameter("type: enum, values: [a], default: b"),
            parameter("type: secret, generate: 4"),
            parameter("type: folder, root: ../etc"),
            parameter("type: folder"),
            parameter("type: host_port, range: 9-8"),
            parameter("type: host, pattern: \"{X}.localhost\""),
        ]
        .join("\n")
    );
}

#[test]
fn a_template_has_a_limited_number_of_parameters() {
    let many: Vec<String> = (0..65).map(|number| format!("      P{number}: {{type: bool}}\n")).collect();
    assert_eq!(
        read(&format!("    parameters:\n{}", many.concat())),
        "4:5 a template has at most 64 parameters"
    );
}
