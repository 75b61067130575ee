use super::*;

fn source(files: &[(&str, &str)], compose_files: usize) -> Source {
    Source {
        compose_files: files.iter().take(compose_files).map(|(path, _)| (*path).to_owned()).collect(),
        files: files.iter().map(|(path, text)| ((*path).to_owned(), (*text).into())).collect(),
        ..Source::default()
    }
}

fn one(text: &str, missing: Attribute) -> Result<String, NotInPlace> {
    let scaled = scaled(&source(&[("compose.yml", text)], 1), "web", 3, missing, &Limits::default())?;
    Ok(scaled.files["compose.yml"].text().unwrap().to_owned())
}

#[test]
fn the_number_is_replaced_where_it_is_and_comments_stay() {
    let text =
        "# mine\nservices:\n  web:\n    image: web:1 # pinned\n    scale: 2 # for now\n  db:\n    scale: 2\n";
    assert_eq!(one(text, Attribute::Replicas).unwrap(), text.replacen("scale: 2", "scale: 3", 1));
    let text = "services:\n  web:\n    deploy:\n      # two at least\n      replicas: 2\n      mode: replicated\n    image: web:1\n";
    assert_eq!(one(text, Attribute::Scale).unwrap(), text.replace("replicas: 2", "replicas: 3"));
    let text = "services: { web: { image: 'web:1', deploy: { replicas: 2 } } }\n";
    assert_eq!(one(text, Attribute::Scale).unwrap(), text.replace("replicas: 2", "replicas: 3"));
    let text = "services:\n  web: { image: 'web:1', scale: \"2\" }\n";
    assert_eq!(one(text, Attribute::Scale).unwrap(), text.replace("\"2\"", "3"));
}

#[test]
fn a_missing_number_is_added_to_the_service() {
    let text = "services:\n  web:\n    image: web:1 # pinned\n\n  db:\n    image: db:1\n";
    let expected = text.replace("# pinned\n", "# pinned\n    scale: 3\n");
    assert_eq!(one(text, Attribute::Scale).unwrap(), expected);
    let expected = text.replace("# pinned\n", "# pinned\n    deploy:\n      replicas: 3\n");
    assert_eq!(one(text, Attribute::Replicas).unwrap(), expected);
    let text = "services:\n  web:\n    image: web:1\n    deploy:\n      mode: replicated\n";
    assert_eq!(one(text, Attribute::Replicas).unwrap(), format!("{text}      replicas: 3\n"));
    let text = "services: { web: { image: 'web:1' } }\n";
    let expected = "services: { web: { image: 'web:1', scale: 3 } }\n";
    assert_eq!(one(text, Attribute::Scale).unwrap(), expected);
}

#[test]
fn of_several_files_those_change_that_have_the_number_else_the_last_one_with_the_service() {
    let base = "services:\n  web:\n    image: web:1\n    scale: 2\n";
    let more = "services:\n  web:\n    environment: { A: b }\n";
    let files = [("compose.yml", base), ("more.yml", more)];
    let text = |scaled: &Source, path: &str| scaled.files[path].text().unwrap().to_owned();
    let limits = Limits::default();
    let changed = scaled(&source(&files, 2), "web", 3, Attribute::Scale, &limits).unwrap();
    assert_eq!(text(&changed, "compose.yml"), base.replace("scale: 2", "scale: 3"));
    assert_eq!(text(&changed, "more.yml"), more);
    let without = base.replace("    scale: 2\n", "");
    let files = [("compose.yml", without.as_str()), ("more.yml", more)];
    let changed = scaled(&source(&files, 2), "web", 3, Attribute::Scale, &limits).unwrap();
    assert_eq!(text(&changed, "compose.yml"), without);
    assert_eq!(text(&changed, "more.yml"), format!("{more}    scale: 3\n"));
}

#[test]
fn what_is_shared_or_comes_from_elsewhere_is_left_alone() {
    let text = "services:\n  web:\n    image: web:1\n    scale: ${WEB}\n";
    let variable =
        NotInPlace::Variable { file: "compose.yml".to_owned(), line: 4, written: "${WEB}".to_owned() };
    assert_eq!(one(text, Attribute::Scale), Err(variable));
    let text = "x-web: &web\n  image: web:1\nservices:\n  web: *web\n";
    let shared = NotInPlace::Shared { file: "compose.yml".to_owned(), line: 4 };
    assert_eq!(one(text, Attribute::Scale), Err(shared));
    let files =
        [("compose.yml", "include: [web.yml]\n"), ("web.yml", "services:\n  web:\n    image: web:1\n")];
    let found = scaled(&source(&files, 1), "web", 3, Attribute::Scale, &Limits::default());
    assert_eq!(found, Err(NotInPlace::Elsewhere { files: vec!["web.yml".to_owned()] }));
}
