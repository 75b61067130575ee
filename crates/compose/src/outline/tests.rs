//! Trees and changes of small files.

use proptest::prelude::*;

use super::*;
use crate::document::Item;

fn read(text: &str) -> Node {
    Node::read("compose.yaml", text, &Limits::default()).unwrap()
}

const FILE: &str = "# mine\nname: shop\nservices:\n  web:\n    image: a:1  # pinned\n    ports:\n    - \"80:80\"\n    # why\n    - 81:81\n    environment: {A: 1, B: two}\n    command: |\n      x\n      y\n\n  # ours\n  db: {image: b}\n\nvolumes:\n  data:\n";

#[test]
fn every_value_has_its_place() {
    let root = read(FILE);
    let slice = |node: &Node| &FILE[node.start.byte..node.end];
    let web = root.walk(["services", "web"]).unwrap();
    assert_eq!(slice(web.get("image").unwrap()), "a:1");
    assert_eq!(slice(web.get("ports").unwrap()), "- \"80:80\"\n    # why\n    - 81:81");
    assert_eq!(slice(&web.get("ports").unwrap().items()[0]), "\"80:80\"");
    assert_eq!(slice(web.get("environment").unwrap()), "{A: 1, B: two}");
    assert_eq!(slice(web.get("command").unwrap()), "|\n      x\n      y");
    assert_eq!(web.entry("image").unwrap().at, Place { byte: 39, line: 5, column: 5 });
    assert_eq!(web.get("command").unwrap().text(), Some("x\ny\n"));
    assert!(root.walk(["volumes", "data"]).unwrap().is_null());
    assert_eq!(web.get("environment").unwrap().to_json(), Some(serde_json::json!({"A": 1, "B": "two"})));
}

#[test]
fn what_is_not_changed_stays() {
    let root = read(FILE);
    let web = root.walk(["services", "web"]).unwrap();
    let mut patch = Patch::new(FILE);
    patch.set(web.entry("image").unwrap(), &Item::literal("a:2"), false);
    patch.pull(web.get("ports").unwrap(), 0);
    patch.push(web.get("ports").unwrap(), &[Item::literal("82:82")]);
    let environment = web.get("environment").unwrap();
    patch.remove(environment, 1, &|_| false);
    patch.insert(environment, &[("C".to_owned(), Item::literal("x, y"))], &|_| String::new());
    patch.set(web.entry("command").unwrap(), &Item::literal("p\nq\n"), false);
    patch.remove(root.get("services").unwrap(), 1, &|line| line == "# ours");
    let volumes = root.get("volumes").unwrap();
    patch.insert(volumes, &[("more".to_owned(), Item::Map(Vec::new()))], &|_| String::new());
    patch.append(&[("x-wizard".to_owned(), Item::literal("1"))]);
    assert_eq!(
        patch.apply(),
        "# mine\nname: shop\nservices:\n  web:\n    image: a:2  # pinned\n    ports:\n    # why\n    - 81:81\n    - \"82:82\"\n    environment: {A: 1, C: \"x, y\"}\n    command: |\n      p\n      q\n\nvolumes:\n  data:\n  more: {}\n\nx-wizard: \"1\"\n"
    );
}

#[test]
fn what_depends_on_more_than_its_text_is_opaque() {
    let root = read("a: &x {b: 1}\nc: *x\nd: !reset null\n");
    assert!(root.entries().iter().all(|entry| entry.value.content == Content::Opaque));
    assert_eq!(root.to_json(), None);
}

#[test]
fn an_empty_text_is_null_and_a_broken_one_says_where() {
    assert!(read("").is_null());
    assert!(read("# only a comment\n").is_null());
    let errors = Node::read("a.yaml", "a: [1\nb: 2\n", &Limits::default()).unwrap_err();
    assert!(errors[0].to_string().starts_with("a.yaml:"), "{}", errors[0]);
    let errors = Node::read("a.yaml", "a: 1\na: 2\n", &Limits::default()).unwrap_err();
    assert_eq!(errors[0].to_string(), "a.yaml:2:1: duplicate key `a` (first defined on line 1)");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[-a-c:#'\"{}\\[\\],&*!|> \\né\u{feff}]{0,60}") {
        let Ok(root) = Node::read("a.yaml", &text, &Limits::default()) else { return Ok(()) };
        let mut nodes = vec![&root];
        while let Some(node) = nodes.pop() {
            prop_assert!(text.get(node.start.byte..node.end).is_some() || node.is_null(), "{node:?}");
            nodes.extend(node.items());
            nodes.extend(node.entries().iter().map(|entry| &entry.value));
        }
    }

    /// Every entry of a mapping can be removed, replaced and followed by another one, and what is left reads as expected.
    #[test]
    fn a_changed_mapping_reads_as_it_should(
        values in proptest::collection::vec(prop_oneof![Just("1"), Just("x # why"), Just("{a: 1}"), Just("\n    - p\n    - q"), Just("\n    k: v"), Just("|\n    t\n    u")], 2..6),
        removed in 0_usize..6,
        set in 0_usize..6,
    ) {
        let lines: Vec<String> = values.iter().enumerate().map(|(index, value)| format!("  k{index}: {value}\n")).collect();
        let text = format!("top:\n{}after: 1\n", lines.concat());
        let root = Node::read("a.yaml", &text, &Limits::default()).unwrap();
        let top = root.get("top").unwrap();
        let (removed, set) = (removed % values.len(), set % values.len());
        let mut expected = root.to_json().unwrap();
        let mut patch = Patch::new(&text);
        if set != removed {
            patch.set(&top.entries()[set], &Item::List(vec![Item::literal("new")]), false);
            expected["top"][format!("k{set}")] = serde_json::json!(["new"]);
        }
        patch.remove(top, removed, &|_| false);
        expected["top"].as_object_mut().unwrap().remove(&format!("k{removed}"));
        patch.insert(top, &[("last".to_owned(), Item::Flag(true))], &|_| String::new());
        expected["top"]["last"] = true.into();
        let changed = patch.apply();
        let read = Node::read("a.yaml", &changed, &Limits::default());
        prop_assert_eq!(read.unwrap().to_json().unwrap(), expected, "{}", changed);
    }
}
