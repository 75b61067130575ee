//! Changing a file leaves what the wizard does not know.

use serde_json::json;

use super::*;
use crate::{Choice, print};

const WEB: &str = "catalog: 1\nid: web\nkind: component\ncategory: web\nname: Web\nsummary: { en: a, fr: b }\nversions: [{ id: \"2\", image: \"web:2\" }, { id: \"1\", image: \"web:1\" }]\noptions:\n  - { id: port, type: host_port, default: 80, label: { en: a, fr: b } }\n  - { id: debug, type: bool, default: false, label: { en: a, fr: b } }\nrequires:\n  database: { interfaces: [postgres], optional: true, label: { en: a, fr: b }, environment: { URL: \"{{url}}\" } }\ncompose:\n  services:\n    \"{{as}}\":\n      image: \"{{version.image}}\"\n      ports: [\"{{options.port}}:80\"]\n      environment: { MODE: live, DEBUG: { $if: options.debug, $then: \"1\" } }\n      mem_limit: 64m\n";

const DB: &str = "catalog: 1\nid: db\nkind: component\ncategory: database\nname: Store\nsummary: { en: a, fr: b }\nsecrets: [{ id: password, variable: \"{{AS}}_PASSWORD\", label: { en: a, fr: b } }]\nprovides:\n  database: { interface: postgres, label: { en: a, fr: b }, network: \"{{as}}\", ready: service_healthy, values: { host: \"{{as}}\", port: 5432, user: u, password: \"${{{secrets.password}}}\", database: d, url: \"postgres://u:${{{secrets.password}}}@{{as}}:5432/d\" } }\ncompose:\n  services:\n    \"{{as}}\":\n      image: db:1\n      environment: { PASSWORD: \"${{{secrets.password}}}\" }\n      volumes: [\"{{as}}-data:/data\"]\n      networks: [\"{{as}}\"]\n  networks: { \"{{as}}\": { internal: true } }\n  volumes: { \"{{as}}-data\": {} }\n";

fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    let errors = catalog.add_folder([("web.yaml", WEB), ("db.yaml", DB)], &crate::Limits::default());
    assert_eq!(errors, []);
    catalog
}

fn web(options: &serde_json::Value) -> Choice {
    let options = options.as_object().cloned().unwrap_or_default().into_iter().collect();
    Choice { entry: "web".to_owned(), name: "site".to_owned(), options, ..Choice::default() }
}

fn db() -> Choice {
    Choice { entry: "db".to_owned(), name: "store".to_owned(), ..Choice::default() }
}

fn with_db(choice: Choice) -> Choices {
    let connect = [("database".to_owned(), "store".to_owned())].into_iter().collect();
    Choices { components: vec![Choice { connect, ..choice }, db()] }
}

fn only(choice: Choice) -> Choices {
    Choices { components: vec![choice] }
}

fn new_file(choices: &Choices) -> String {
    let rendered = render(&catalog(), "shop", choices, &|_| false);
    assert_eq!(rendered.problems, []);
    print(&rendered)
}

/// The changed file, and the problems.
fn edited(text: &str, choices: &Choices, overwrite: &[&str]) -> (String, Vec<String>) {
    let overwrite = overwrite.iter().map(|path| (*path).to_owned()).collect();
    let edited = edit(&catalog(), "shop", text, choices, &overwrite, &|_| true);
    let problems = edited.rendered.problems.iter();
    (edited.text, problems.map(|problem| format!("{} {}", problem.pointer, problem.message)).collect())
}

const NEW: &str = "name: shop\n\nservices:\n  # Web 2\n  site:\n    image: web:2\n    ports: [\"80:80\"]\n    environment:\n      MODE: live\n    mem_limit: 64m\n\nx-wizard:\n  catalog: 1\n  components:\n    - entry: web\n      as: site\n      version: \"2\"\n";

#[test]
fn a_new_file_reads_like_one_written_by_hand() {
    assert_eq!(new_file(&only(web(&json!({})))), NEW);
}

#[test]
fn what_is_rendered_and_edited_at_once_is_what_is_rendered() {
    for (before, after) in [
        (only(web(&json!({}))), only(web(&json!({"port": 81, "debug": true})))),
        (only(web(&json!({}))), with_db(web(&json!({})))),
        (with_db(web(&json!({}))), only(web(&json!({})))),
    ] {
        let (text, problems) = edited(&new_file(&before), &after, &[]);
        assert_eq!(problems, Vec::<String>::new());
        let json = |text: &str| Node::read("a", text, &Limits::default()).unwrap().to_json();
        assert_eq!(json(&text), json(&new_file(&after)), "{text}");
    }
}

/// The file after somebody worked on it.
fn by_hand() -> String {
    NEW.replace("name: shop", "# Ask Ada before changing this.\nname: shop")
        .replace(
            "    mem_limit: 64m\n",
            "    mem_limit: 96m   # measured\n    labels: {team: web}\n\n  legacy:\n    image: old:1\n",
        )
        .replace("ports: [\"80:80\"]", "ports:\n    - \"80:80\" # public\n    - \"9000:9000\"")
}

#[test]
fn what_the_wizard_does_not_know_stays() {
    let text = by_hand();
    let (changed, problems) = edited(&text, &with_db(web(&json!({"port": 81}))), &[]);
    assert_eq!(problems, Vec::<String>::new());
    let expected = text
        .replace("\"80:80\" # public", "\"81:80\" # public")
        .replace("      MODE: live\n", "      MODE: live\n      URL: postgres://u:${STORE_PASSWORD}@store:5432/d\n")
        .replace("    labels: {team: web}\n", "    labels: {team: web}\n    depends_on:\n      store:\n        condition: service_healthy\n        restart: true\n    networks: [\"default\", \"store\"]\n")
        .replace("    image: old:1\n", "    image: old:1\n\n  # Store\n  store:\n    image: db:1\n    environment:\n      PASSWORD: ${STORE_PASSWORD}\n    volumes: [\"store-data:/data\"]\n    networks: [\"store\"]\n")
        .replace("x-wizard:\n  catalog: 1\n  components:\n    - entry: web\n      as: site\n      version: \"2\"\n", "networks:\n  store:\n    internal: true\n\nvolumes:\n  store-data: {}\n\nx-wizard:\n  catalog: 1\n  components:\n    - entry: web\n      as: site\n      version: \"2\"\n      options:\n        port: 81\n      connect:\n        database: store\n    - entry: db\n      as: store\n");
    assert_eq!(changed, expected);
    // And back again: only a trailing empty line may differ.
    let (back, problems) = edited(&changed, &only(web(&json!({}))), &[]);
    assert_eq!(problems, Vec::<String>::new());
    let lines =
        |text: &str| text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let without_empty: Vec<String> =
        lines(&back).into_iter().filter(|line| line != "networks: {}" && line != "volumes: {}").collect();
    assert_eq!(without_empty, lines(&text));
}

#[test]
fn an_image_of_a_mirror_takes_the_place_of_that_of_the_version() {
    let mirrored = |image: &str| Choice { image: Some(image.to_owned()), ..web(&json!({})) };
    let chosen = only(mirrored("mirror.example:5000/web:2-slim"));
    let text = new_file(&chosen);
    assert!(text.contains("    image: mirror.example:5000/web:2-slim\n"), "{text}");
    // It is there again when the wizard is opened on the file.
    let opened = open(&catalog(), "shop", &text).choices.components.remove(0);
    assert_eq!(opened.image.as_deref(), Some("mirror.example:5000/web:2-slim"));
    assert_eq!(edited(NEW, &chosen, &[]), (text.clone(), Vec::new()));
    assert_eq!(edited(&text, &only(web(&json!({}))), &[]).0, NEW);
    let (kept, problems) = edited(NEW, &only(mirrored("-web")), &[]);
    assert_eq!(problems, ["/components/0/image the reference of an image such as `nginx:1.29` is expected"]);
    assert!(kept.contains("image: web:2\n"), "{kept}");
    // The image of this entry is no choice of a version.
    let own = Choice { image: Some("db:2".to_owned()), ..db() };
    assert_eq!(
        edited(NEW, &Choices { components: vec![web(&json!({})), own] }, &[]).1,
        ["/components/1/image this entry has no image of its own to replace"]
    );
}

#[test]
fn a_name_that_cannot_be_one_is_not_written_into_the_file() {
    let long = Choice { name: "a".repeat(1_000_000), ..web(&json!({})) };
    let (text, problems) = edited(NEW, &only(long), &[]);
    assert!(text.len() < 1000 && problems.iter().all(|problem| problem.len() < 300), "{}", text.len());
    assert_eq!(problems.len(), 1);
}

#[test]
fn the_same_choices_change_nothing() {
    let text = by_hand();
    assert_eq!(edited(&text, &only(web(&json!({}))), &[]), (text.clone(), Vec::new()));
}

#[test]
fn a_change_by_hand_wins_unless_the_user_says_otherwise() {
    let text = NEW.replace("image: web:2", "image: web:2-patched").replace("[\"80:80\"]", "[\"8080:80\"]");
    let older = Choice { version: Some("1".to_owned()), ..web(&json!({"port": 81})) };
    let (kept, problems) = edited(&text, &only(older.clone()), &[]);
    assert_eq!(
        problems,
        [
            "/components/0 `services.site.image` was changed by hand on line 6 and stays as it is",
            "/components/0 `services.site.ports` was changed by hand on line 7 and stays as it is"
        ]
    );
    assert!(kept.contains("image: web:2-patched") && kept.contains("[\"8080:80\"]"), "{kept}");
    let (replaced, problems) = edited(&text, &only(older), &["services.site.image"]);
    assert_eq!(problems.len(), 1);
    assert!(replaced.contains("    image: web:1\n"), "{replaced}");
}

#[test]
fn a_removed_component_stays_if_it_was_changed_by_hand() {
    let text = new_file(&with_db(web(&json!({})))).replace("image: db:1", "image: db:1.1");
    let (kept, problems) = edited(&text, &only(web(&json!({}))), &[]);
    assert_eq!(problems, ["/components `services.store` was changed by hand on line 19 and stays as it is"]);
    assert!(kept.contains("db:1.1") && kept.contains("store-data: {}") && !kept.contains("URL:"), "{kept}");
    let (gone, problems) = edited(&text, &only(web(&json!({}))), &["services.store"]);
    assert_eq!(problems, Vec::<String>::new());
    assert!(!gone.contains("store"), "{gone}");
}

#[test]
fn a_file_of_somebody_else_takes_components() {
    let text = "services:\n  app:\n    image: a:1 # mine\n";
    let opened = open(&catalog(), "shop", text);
    assert_eq!((opened.choices.components.len(), opened.editable), (0, true));
    assert_eq!(opened.unknown, ["services.app"]);
    let (changed, problems) = edited(text, &only(db()), &[]);
    assert_eq!(problems, Vec::<String>::new());
    assert!(changed.starts_with(text), "{changed}");
    assert_eq!(open(&catalog(), "shop", &changed).choices, only(db()));
    let clash = Choice { name: "app".to_owned(), ..web(&json!({})) };
    let (same, problems) = edited(text, &only(clash), &[]);
    assert_eq!(
        problems,
        ["/components/0/as the file already has `services.app`, which the wizard did not write"]
    );
    assert!(same.starts_with(text), "{same}");
}

#[test]
fn opening_says_what_was_changed_by_hand() {
    let opened = open(&catalog(), "shop", &by_hand());
    assert_eq!(opened.choices, only(Choice { version: Some("2".to_owned()), ..web(&json!({})) }));
    assert_eq!(
        opened.unknown,
        ["services.site.ports", "services.site.mem_limit", "services.site.labels", "services.legacy"]
    );
    assert!(!open(&catalog(), "shop", "a: [\n").editable);
    assert!(!open(&catalog(), "shop", "x-wizard: 5\n").editable);
}
