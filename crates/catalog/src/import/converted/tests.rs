//! Templates that become templates with parameters. That they can be saved is tested where they are saved.

use serde_json::json;

use super::*;

/// What one template becomes, which is made of these fields beside its type, title and image.
fn converted(fields: &Json) -> ConvertedTemplate {
    let mut template = json!({"type": 1, "title": "My Blog", "image": "blog:2"});
    template.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    convert_templates(&json!([template]), |_| true).unwrap().remove(0)
}

/// Its compose file, without notes and problems.
fn compose(fields: &Json) -> String {
    let converted = converted(fields);
    assert_eq!((converted.notes, converted.problem), (Vec::new(), None));
    converted.compose.unwrap()
}

fn check(fields: &Json, expected: &str) {
    let text = compose(fields);
    assert!(text.contains(expected), "{text}");
}

fn notes(fields: &Json) -> Vec<String> {
    converted(fields).notes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_container_becomes_a_service_with_what_can_be_chosen() {
    let text = compose(&json!({
        "description": "A blog", "command": "serve $HOME", "restart_policy": "always", "ports": ["8080:80/tcp"],
        "volumes": [{"container": "/data"}], "env": [{"name": "TITLE", "label": "Title", "default": "Hello"}],
    }));
    assert_eq!(
        text,
        "x-core-monitor:
  template:
    title: My Blog
    description: A blog
    parameters:
      TITLE:
        type: string
        default: Hello
        label: Title
      PORT:
        type: host_port
        range: 8080-8179
        label: Port 80

services:
  my-blog:
    image: blog:2
    command: serve $$HOME
    restart: always
    environment:
      TITLE: ${TITLE}
    ports:
      - ${PORT}:80
    volumes:
      - data:/data

volumes:
  data: {}
"
    );
}

#[test]
fn ports_have_ranges_that_begin_at_different_ports() {
    let fields = json!({"ports": ["80", "8080/tcp", "53:53", "53:53/udp", "127.0.0.1:9000:9000", 22]});
    let text = compose(&fields);
    for range in ["8080-8179", "8180-8279", "53-152", "9000-9099", "8022-8121"] {
        assert!(text.contains(&format!("range: {range}\n")), "{range}: {text}");
    }
    let ports = "    ports:
      - ${PORT}:80
      - ${PORT_2}:8080
      - ${PORT_3}:53
      - ${PORT_3}:53/udp
      - 127.0.0.1:${PORT_4}:9000
      - ${PORT_5}:22\n";
    assert!(text.contains(ports), "{text}");
    let last = compose(&json!({"ports": ["65535:80", "65535:81"]}));
    assert_eq!(last.matches("range: 65535-65535").count(), 2, "there are no more: {last}");
    let left_out = notes(&json!({"ports": ["8000-8010:8000-8010", "80/icmp", "front:80:80", "0"]}));
    assert_eq!(left_out.len(), 4, "{left_out:?}");
    assert_eq!(left_out[0], "the port `8000-8010:8000-8010` is left out: it is no single port");
}

#[test]
fn passwords_are_generated_and_other_secrets_may_be_given() {
    check(
        &json!({"env": [{"name": "DB_PASSWORD"}]}),
        "DB_PASSWORD:\n        type: secret\n        generate: true\n",
    );
    check(&json!({"env": [{"name": "API_KEY"}]}), "API_KEY:\n        type: secret\n        optional: true\n");
    check(&json!({"env": [{"name": "API_KEY", "default": "none"}]}), "type: string\n        default: none\n");
    check(
        &json!({"env": [{"name": "ALLOW_EMPTY_PASSWORD", "default": "yes"}]}),
        "type: string\n        default: \"yes\"\n",
    );
    let fields = json!({"env": [{"name": "DB_PASSWORD", "default": "changeme"}]});
    assert!(!converted(&fields).compose.unwrap().contains("changeme"));
    assert_eq!(notes(&fields).len(), 1, "{:?}", notes(&fields));
}

#[test]
fn words_are_an_enum_and_presets_are_no_parameters() {
    let words =
        json!([{"text": "Slow", "value": "slow"}, {"text": "fast", "value": "fast", "default": true}]);
    check(
        &json!({"env": [{"name": "MODE", "select": words}]}),
        "type: enum\n        values:\n          - slow\n          - fast\n        default: fast\n        help: \"slow: Slow\"\n",
    );
    let fixed = compose(&json!({"env": [
        {"name": "A", "default": "$x", "preset": true}, {"name": "B", "set": "y", "label": "B"}, {"name": "C"},
    ]}));
    assert!(fixed.contains("A: $$x\n      B: \"y\"\n      C: ${C}\n"), "{fixed}");
    assert!(
        fixed.contains("parameters:\n      C:\n        type: string\n        optional: true\n"),
        "{fixed}"
    );
}

#[test]
fn names_of_parameters_are_those_of_variables_and_are_their_own() {
    let text = compose(&json!({
        "ports": ["80"],
        "env": [{"name": "PORT"}, {"name": "log.level"}, {"name": "1st"}, {"name": "INSTANCE"}, {"name": "PORT"}],
    }));
    let environment = "PORT: ${PORT}\n      log.level: ${log_level}\n      1st: ${_1st}\n      INSTANCE: ${INSTANCE_2}\n    ports:\n      - ${PORT_2}:80\n";
    assert!(text.contains(environment), "{text}");
}

#[test]
fn folders_become_volumes_of_the_instance_unless_they_are_the_host_itself() {
    let fields = json!({"volumes": [
        {"container": "/var/lib/blog"},
        {"container": "/var_lib-blog", "bind": "/srv/blog", "readonly": true},
        {"container": "/var/run/docker.sock", "bind": "/var/run/docker.sock"},
        {"container": "/runs", "bind": "/running"},
        {"container": "/home", "bind": "/var/run/../../home"},
    ]});
    let text = converted(&fields).compose.unwrap();
    let volumes = "    volumes:
      - var-lib-blog:/var/lib/blog
      - var-lib-blog-2:/var_lib-blog:ro
      - /var/run/docker.sock:/var/run/docker.sock
      - runs:/runs
      - home:/home

volumes:
  home: {}
  runs: {}
  var-lib-blog: {}
  var-lib-blog-2: {}
";
    assert!(text.ends_with(volumes), "{text}");
    assert_eq!(
        notes(&fields),
        [
            "`/var_lib-blog` is a volume that each instance has for itself; the original mounts `/srv/blog` of the host there",
            "every instance mounts `/var/run/docker.sock` of the host",
            "`/runs` is a volume that each instance has for itself; the original mounts `/running` of the host there",
            "`/home` is a volume that each instance has for itself; the original mounts `/var/run/../../home` of the host there",
        ]
    );
}

#[test]
fn what_is_different_or_dangerous_is_noted() {
    let host = json!({"network": "host", "ports": ["80"], "privileged": true, "note": "Sign in as <b>admin</b>.<br>Bye"});
    let text = converted(&host).compose.unwrap();
    assert!(text.contains("network_mode: host\n    privileged: true\n"), "{text}");
    assert_eq!(
        notes(&host),
        [
            "its container is in the network of the host: no port is published, and instances can be in each other's way",
            "its container is privileged: it can do everything on the host",
            "note of its author: Sign in as admin. Bye",
        ]
    );
    assert_eq!(
        notes(&json!({"network": "front", "note": "1 < 2"})),
        [
            "each instance has a network of its own; the original is in the network `front`",
            "note of its author: 1 < 2"
        ]
    );
    let long = json!({"env": [{"name": "A", "default": "a\nb"}, {"name": "B", "default": "${C"}]});
    assert_eq!(notes(&long).len(), 2, "{:?}", notes(&long));
    assert!(!converted(&long).compose.unwrap().contains("parameters"), "they are constants");
}

#[test]
fn what_is_no_container_has_a_problem() {
    let file = json!({"templates": [
        {"type": 2, "title": "Swarm", "repository": {"url": "https://example.com/x", "stackfile": "a.yml"}},
        {"type": 4, "title": "Edge", "stackfile": "https://example.com/edge.yml"},
        {"type": 3, "title": "Nowhere"},
        {"type": 7, "title": "New"},
        {"type": 1, "title": " \n "},
        {"type": 1, "title": "Windows", "image": "a:1", "platform": "windows"},
        {"type": 1, "title": "Blog", "image": "a:1"},
        {"type": 1, "title": "blog", "image": "a:1"},
    ]});
    let converted = convert_templates(&file, |_| true).unwrap();
    let problems =
        converted.iter().filter_map(|one| Some(format!("{}: {}", one.title, one.problem.as_ref()?)));
    assert_eq!(
        problems.collect::<Vec<_>>(),
        [
            "Swarm: its compose file is not in this file, and nothing is fetched: get it from https://example.com/x a.yml, declare parameters in it, and save it as a template",
            "Edge: its compose file is not in this file, and nothing is fetched: get it from https://example.com/edge.yml, declare parameters in it, and save it as a template",
            "Nowhere: it has neither an image nor the address of a compose file",
            "New: it has no type that is known",
            "?: it has no image",
            "Windows: it is for Windows containers",
        ]
    );
    let names: Vec<_> =
        converted.iter().filter(|one| one.compose.is_some()).map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["blog", "blog-2"]);
    assert_eq!(convert_templates(&json!({"version": "3"}), |_| true), None);
}

#[test]
fn texts_are_as_long_as_a_declaration_takes() {
    let long = converted(&json!({"title": "é".repeat(300), "description": "a\n b ".repeat(1000)}));
    assert_eq!(long.title.chars().count(), 100);
    assert!(long.description.as_ref().is_some_and(|text| text.len() <= 1000 && text.starts_with("a b a b")));
    let large = converted(&json!({"ports": vec!["80"; PARTS + 1]}));
    assert_eq!(
        large.problem.map(|problem| problem.code().to_owned()).as_deref(),
        Some("converted_too_large")
    );
    let many = vec![json!({"type": 1, "title": "x", "image": "a:1"}); MOST + 1];
    let many = convert_templates(&json!(many), |_| true).unwrap();
    assert_eq!(many.iter().filter(|one| one.problem.is_none()).count(), MOST);
}

#[test]
fn what_cannot_be_taken_as_it_is_leaves_a_note() {
    let fields = json!({
        "restart_policy": "On-Failure",
        "labels": [{"name": "weight", "value": 5}],
        "volumes": [{"container": "data"}, {"container": "/a:rw", "bind": "/"}],
        "env": [{"name": "A=B", "default": "c"}, {"name": "MODE", "select": [
            {"text": "None", "value": ""}, {"text": "Two", "value": "2", "default": true},
        ]}],
    });
    let text = converted(&fields).compose.unwrap();
    assert!(text.contains("    restart: unless-stopped\n    environment:\n      MODE: ${MODE}\n"), "{text}");
    assert!(text.contains("MODE:\n        type: string\n        default: \"2\"\n"), "{text}");
    assert!(text.contains("weight: \"5\"\n") && !text.contains("volumes:"), "{text}");
    assert_eq!(
        notes(&fields),
        [
            "the variable `A=B` is left out: no variable can have this name",
            "`MODE` takes any text: not all of its choices can be those of a parameter",
            "the volume at `data` is left out: a volume needs an absolute path in the container",
            "the volume at `/a:rw` is left out: a volume needs an absolute path in the container",
            "the restart policy `On-Failure` is unknown: `unless-stopped` takes its place",
        ]
    );
    check(&json!({"restart_policy": "on-failure:3"}), "restart: on-failure:3\n");
}

#[test]
fn titles_choose_among_all_templates_of_a_file() {
    let many: Vec<Json> =
        (0..=MOST).map(|number| json!({"type": 1, "title": format!("t{number}"), "image": "a:1"})).collect();
    let last = format!("t{MOST}");
    let all = convert_templates(&json!(many), |_| true).unwrap();
    assert!(all.last().unwrap().problem.is_some(), "there are too many");
    let chosen = convert_templates(&json!(many), |title| title == last).unwrap();
    assert_eq!((chosen.len(), &chosen[0].problem), (1, &None));
}
