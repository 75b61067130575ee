use super::*;

const CONFIG: &str = r#"{
  "services": [
    {"name": "ragflow", "port": 9500, "timeout": 180000, "mode": "dynamic", "themeName": "matrix", "composeDir": "/opt/ragflow"},
    {"name": "xtts", "port": 8020, "timeout": 90000, "mode": "blocking", "retries": 3}
  ]
}"#;

fn done(config: &str, compose: &[(&str, &str)], domain: Option<&str>) -> Vec<ConvertedService> {
    let compose = compose.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    convert(Autostart { config, compose: &compose, domain }, &Limits::default()).unwrap()
}

fn errors(config: &str) -> Vec<String> {
    let compose = BTreeMap::new();
    let refused = convert(Autostart { config, compose: &compose, domain: None }, &Limits::default());
    refused.unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn without_compose_files_the_declaration_stands_alone() {
    let [ragflow, xtts] = done(CONFIG, &[], None).try_into().unwrap();
    assert_eq!(
        ragflow.compose,
        "services:\n  ragflow:\n    x-core-monitor:\n      on-demand:\n        port: 9500\n        mode: dynamic\n        theme: matrix\n        idle-timeout: 3m\n"
    );
    assert_eq!((ragflow.compose_dir.as_deref(), ragflow.is_whole), (Some("/opt/ragflow"), false));
    assert!(xtts.compose.contains("mode: blocking\n        idle-timeout: 90s\n"), "{}", xtts.compose);
    let notes: Vec<String> = xtts.notes.iter().map(ToString::to_string).collect();
    assert!(notes[0].contains("`retries` has no equivalent"), "{notes:?}");
    assert_eq!(notes.len(), 3, "{notes:?}");
}

#[test]
fn a_compose_file_keeps_everything_and_gets_the_declaration_at_the_service_that_publishes_the_port() {
    let compose = "# ours\nservices:\n  db: {image: 'mysql:8'}\n  rag: # the one\n    image: rag:1\n    ports: ['127.0.0.1:9500:80/tcp']\n\nvolumes: {}\n";
    let [ragflow, _] = done(CONFIG, &[("ragflow", compose)], Some("example.org")).try_into().unwrap();
    assert!(ragflow.is_whole && ragflow.notes.is_empty(), "{:?}", ragflow.notes);
    let added = "    x-core-monitor:\n      on-demand:\n        hosts: [\"ragflow.example.org\"]\n        port: 80\n        mode: dynamic\n        theme: matrix\n        idle-timeout: 3m\n";
    assert!(ragflow.compose.contains(added), "{}", ragflow.compose);
    assert_eq!(ragflow.compose.replace(added, ""), compose, "nothing else has changed");
    let again = done(CONFIG, &[("ragflow", &ragflow.compose)], None).remove(0);
    assert!(!again.is_whole && again.notes.iter().any(|note| note.to_string().contains("already")));
}

#[test]
fn what_cannot_be_placed_says_why() {
    let check = |compose: &str, words: &str| {
        let ragflow = done(CONFIG, &[("ragflow", compose)], Some("example.org")).remove(0);
        let notes: Vec<String> = ragflow.notes.iter().map(ToString::to_string).collect();
        assert!(!ragflow.is_whole && notes.iter().any(|note| note.contains(words)), "{notes:?}");
    };
    check(
        "services:\n  a: {image: 'a:1'}\n  b: {image: 'b:1'}\n",
        "no service of the compose file publishes port 9500",
    );
    check("x-a: &x {image: 'a:1'}\nservices: {a: *x}\n", "`a` is not a plain mapping");
    check("services: [\n", "cannot be read");
    let long =
        "services:\n  a: {image: 'a:1', ports: [{target: 80, published: '9500'}]}\n  b: {image: 'b:1'}\n";
    let placed = done(CONFIG, &[("ragflow", long)], None).remove(0);
    assert!(placed.is_whole && placed.compose.contains("port: 80"), "{}", placed.compose);
}

#[test]
fn every_error_has_its_place() {
    assert_eq!(errors("{}"), ["1:1: `services` is missing; it is a list of objects with `name` and `port`"]);
    let many = "{\"services\": [\n  {\"port\": 0, \"name\": 5},\n  7,\n  {\"name\": \"a b\", \"port\": 80, \"mode\": \"x\", \"timeout\": 5}\n]}";
    let found = errors(many);
    let places: Vec<&str> = found.iter().map(|error| error.split(": ").next().unwrap()).collect();
    assert_eq!(places, ["2:23", "2:12", "3:3", "4:55", "4:39", "4:12"], "{found:?}");
    assert!(errors("{\"services\": [")[0].starts_with("1:"), "{:?}", errors("{\"services\": ["));
    let [open] = errors("{\"services\": [\n  {\"name\": \"a\"").try_into().unwrap();
    assert!(open.contains(": the configuration is not JSON: ") && open.ends_with(')'), "{open}");
    for (text, words) in [
        (
            "hello",
            "1:1: the configuration is not JSON: an object with `services` is expected here (give the whole text",
        ),
        (
            "\n [1]",
            "2:2: the configuration is not JSON: an object with `services` is expected here (give the whole text",
        ),
        ("", "1:1: the configuration is empty (give the whole text"),
        ("null", "1:1: the configuration is empty (give the whole text"),
    ] {
        let found = errors(text);
        assert!(found.len() == 1 && found[0].starts_with(words), "{text}: {found:?}");
    }
    let twice = "{\"services\": [{\"name\": \"a\", \"port\": 1}, {\"name\": \"a\", \"port\": 2}]}";
    assert!(errors(twice)[0].contains("two services called `a`"));
    assert!(errors(&" ".repeat(MAX_BYTES + 1))[0].contains("limit"));
}
