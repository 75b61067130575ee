//! Templates that become entries.

use serde_json::json;

use super::*;
use crate::{Catalog, Choice, Choices, Limits, print, render};

#[test]
fn a_template_of_one_container_becomes_an_entry() {
    let file = json!({"version": "3", "templates": [{
        "type": 1, "title": "My Blog", "description": "A blog", "image": "blog:2", "categories": ["CMS"],
        "restart_policy": "always", "ports": ["8080:80/tcp", "9000"],
        "volumes": [{"container": "/data"}, {"container": "/etc/blog", "bind": "/srv/blog", "readonly": true}],
        "env": [
            {"name": "TITLE", "label": "Title", "default": "a $5 blog"},
            {"name": "DB_PASSWORD"},
            {"name": "MODE", "select": [{"text": "Slow", "value": "slow"}, {"text": "Fast", "value": "fast", "default": true}]},
            {"name": "FIXED", "default": "$x", "preset": true},
            {"name": "EXTRA"},
        ],
    }]});
    let imported = import(&file).unwrap();
    assert_eq!(imported.skipped, []);
    let [entry] = imported.entries.as_slice() else { panic!("{imported:?}") };
    assert_eq!(entry.file, "my-blog.yaml");
    let mut catalog = Catalog::default();
    assert_eq!(catalog.add_folder([(entry.file.as_str(), entry.text.as_str())], &Limits::default()), []);
    let choice = Choice { entry: "my-blog".to_owned(), name: "blog".to_owned(), ..Choice::default() };
    let rendered = render(&catalog, "shop", &Choices { components: vec![choice] }, &|_| false);
    assert_eq!(rendered.problems, []);
    let text = print(&rendered);
    let service = "  # My Blog 2\n  blog:\n    image: blog:2\n    restart: always\n    environment:\n      TITLE: a $$5 blog\n      DB_PASSWORD: ${BLOG_DB_PASSWORD}\n      MODE: fast\n      FIXED: $$x\n    ports:\n      - 8080:80/tcp\n    volumes:\n      - blog-data:/data\n      - /srv/blog:/etc/blog:ro\n";
    assert!(text.contains(service), "{text}");
}

#[test]
fn what_points_elsewhere_is_listed_with_a_reason() {
    let file = json!([
        {"type": 3, "title": "Stack", "repository": {"url": "https://example.com/x"}},
        {"type": 1, "title": "Nothing"},
        {"type": 1, "title": "Braces", "image": "a:1", "command": "{{ .Name }}"},
        {"type": 1, "title": "Same", "image": "a:1"},
        {"type": 1, "title": "same", "image": "a:1"},
    ]);
    let imported = import(&file).unwrap();
    let files: Vec<&str> = imported.entries.iter().map(|entry| entry.file.as_str()).collect();
    assert_eq!(files, ["same.yaml", "same-2.yaml"]);
    let skipped: Vec<String> =
        imported.skipped.iter().map(|skipped| format!("{}: {}", skipped.title, skipped.why)).collect();
    assert_eq!(
        skipped,
        [
            "Stack: its compose file is somewhere else: create a stack from the text of that file",
            "Nothing: it has no image",
            "Braces: it cannot be an entry: `{{ .Name }}` is no path: a path has letters, digits, `.`, `-` and `_`",
        ]
    );
    assert_eq!(import(&json!({"version": "3"})), None);
}
