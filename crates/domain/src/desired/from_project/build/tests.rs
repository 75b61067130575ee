use serde_json::{Value, json};

use crate::desired::{BuildFiles, BuildSecret, BuildSecretSource, BuildSpec, DesiredStack, Dockerfile};
use crate::stack_version::SourceFile;

const FOLDER: &str = "/data/stacks/0194";

fn files(list: &[(&str, &str)]) -> BuildFiles {
    let entries = list.iter().map(|(path, text)| SourceFile::from(*text).entry(path));
    let mut files = BuildFiles::new(FOLDER, entries);
    let folder = |path: &str| path.ends_with(".dockerignore") || path.ends_with("Dockerfile");
    for path in list.iter().map(|(path, _)| (*path).to_owned()).filter(|path| folder(path)) {
        let (_, text) = list.iter().find(|(known, _)| *known == path).unwrap();
        files.add_text(&path, text.as_bytes());
    }
    files
}

fn stack(services: &Value, list: &[(&str, &str)]) -> Result<DesiredStack, String> {
    let model = json!({ "name": "shop", "services": services });
    let project = serde_json::from_value(model).unwrap();
    DesiredStack::with_files(&project, &files(list)).map_err(|error| error.to_string())
}

fn build(written: Value, list: &[(&str, &str)]) -> Result<BuildSpec, String> {
    let mut written = written;
    let context =
        written["context"].as_str().map_or_else(|| FOLDER.to_owned(), |path| format!("{FOLDER}/{path}"));
    written["context"] = context.into();
    let stack = stack(&json!({ "web": { "build": written } }), list)?;
    Ok(stack.services[0].build.as_deref().unwrap().clone())
}

fn hash(written: &Value, list: &[(&str, &str)]) -> String {
    build(written.clone(), list).unwrap().hash.0
}

#[test]
fn an_image_without_a_name_gets_docker_composes_name() {
    let list = [("Dockerfile", "FROM a")];
    let stack = stack(&json!({ "web": { "build": { "context": FOLDER } } }), &list).unwrap();
    assert_eq!(stack.services[0].image().as_str(), "shop-web");
}

#[test]
fn the_hash_covers_what_is_sent_and_how_it_is_built() {
    let list = [
        ("app/Dockerfile", "FROM a"),
        ("app/.dockerignore", "*.log"),
        ("app/main.c", "1"),
        ("app/a.log", "1"),
        ("other", "1"),
    ];
    let written = json!({ "context": "app" });
    let original = hash(&written, &list);
    let changed = |path: &str, text: &'static str| {
        let list: Vec<_> = list.iter().map(|(p, t)| (*p, if *p == path { text } else { *t })).collect();
        hash(&written, &list) != original
    };
    assert!(!changed("app/a.log", "2"), "it is not sent");
    assert!(!changed("other", "2"), "it is not in the context");
    assert!(changed("app/main.c", "2"));
    assert!(changed("app/Dockerfile", "FROM b"));
    assert!(changed("app/.dockerignore", "*.logs"));
    let executable = {
        let files = list
            .iter()
            .map(|(path, text)| SourceFile::new(text.as_bytes(), *path == "app/main.c").entry(path));
        let mut files = BuildFiles::new(FOLDER, files);
        files.add_text("app/.dockerignore", b"*.log");
        let model = json!({ "name": "shop", "services": { "web": { "build": { "context": format!("{FOLDER}/app") } } } });
        DesiredStack::with_files(&serde_json::from_value(model).unwrap(), &files).unwrap()
    };
    assert_ne!(executable.services[0].build.as_ref().unwrap().hash.0, original);
    for more in [json!({ "args": { "A": "1" } }), json!({ "target": "t" }), json!({ "labels": { "l": "1" } })]
    {
        let mut written = written.clone();
        written.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_ne!(hash(&written, &list), original, "{written}");
    }
}

#[test]
fn an_ignored_or_external_dockerfile_is_still_sent() {
    let list = [
        ("app/Dockerfile", "FROM a"),
        ("app/.dockerignore", "*"),
        ("build/Dockerfile", "FROM b"),
        ("app/x", "1"),
    ];
    let sent = |written: Value| {
        let spec = build(written, &list).unwrap();
        let files = files(&list);
        let names: Vec<String> =
            files.sent_by(&spec).unwrap().iter().map(|file| file.path.to_string()).collect();
        (spec.dockerfile.clone(), spec.dockerfile_name(), names.join(" "))
    };
    let (_, name, names) = sent(json!({ "context": "app" }));
    assert_eq!((name.as_str(), names.as_str()), ("Dockerfile", ".dockerignore Dockerfile"));
    let (dockerfile, name, names) = sent(json!({ "context": "app", "dockerfile": "../build/Dockerfile" }));
    assert_eq!(dockerfile, Dockerfile::Stored("build/Dockerfile".to_owned()));
    assert!(
        name.starts_with(".core-monitor.dockerfile-") && names == format!(".dockerignore {name}"),
        "{names}"
    );
}

#[test]
fn services_with_the_same_image_must_have_the_same_build() {
    let inline = |text: &str| json!({ "context": FOLDER, "dockerfile_inline": text });
    let two = |second: Value| {
        stack(&json!({ "a": { "image": "x:1", "build": inline("FROM a") }, "b": second }), &[])
    };
    let shared = two(json!({ "image": "docker.io/library/x:1" })).unwrap();
    assert_eq!(shared.services[0].build, shared.services[1].build);
    assert!(shared.services[1].build.is_some());
    assert!(two(json!({ "image": "x:1", "build": inline("FROM a") })).is_ok());
    let refused = two(json!({ "image": "x:1", "build": inline("FROM b") })).unwrap_err();
    assert_eq!(
        refused,
        "build of `b`: `x:1` is also built by `a` with a different definition; give each service its own `image`"
    );
}

/// A build with these secret references and declarations.
fn with_secrets(references: &Value, declared: &Value) -> Result<BuildSpec, String> {
    let build = json!({ "context": FOLDER, "dockerfile_inline": "FROM a", "secrets": references });
    let model = json!({ "name": "shop", "services": { "web": { "build": build } }, "secrets": declared });
    let files = files(&[("keys/npmrc", "auth")]);
    let stack = DesiredStack::with_files(&serde_json::from_value(model).unwrap(), &files);
    Ok(stack.map_err(|error| error.to_string())?.services[0].build.as_deref().unwrap().clone())
}

#[test]
fn secrets_come_from_version_files_or_variables() {
    let references = json!([{ "source": "file", "target": "npmrc" }, { "source": "token" }]);
    let declared = |value: &str| {
        json!({
            "file": { "file": format!("{FOLDER}/keys/npmrc") },
            "token": { "environment": "TOKEN", "x-value": value },
        })
    };
    let spec = with_secrets(&references, &declared("hunter22")).unwrap();
    let secret = |id: &str, source| BuildSecret { id: id.to_owned(), source };
    let expected = [
        secret("npmrc", BuildSecretSource::Stored("keys/npmrc".to_owned())),
        secret("token", BuildSecretSource::Value("hunter22".to_owned())),
    ];
    assert_eq!(spec.secrets, expected);
    assert!(!format!("{spec:?}").contains("hunter22"));

    let renewed = with_secrets(&references, &declared("hunter23")).unwrap();
    assert_eq!(renewed.hash, spec.hash, "the image is the same");
    let fewer = with_secrets(&json!([{ "source": "token" }]), &declared("hunter22")).unwrap();
    assert_ne!(fewer.hash, spec.hash);
}

#[test]
fn other_secret_sources_are_rejected() {
    let check = |declared: Value, expected: &str| {
        let refused = with_secrets(&json!([{ "source": "s" }]), &json!({ "s": declared })).unwrap_err();
        assert!(refused.starts_with(&format!("build.secrets of `web`: {expected}")), "{refused}");
    };
    check(json!({ "file": "/etc/shadow" }), "`/etc/shadow` of `s` is not a file of the version");
    check(json!({ "file": format!("{FOLDER}/../0195/key") }), "`/data/stacks/0194/../0195/key` of `s`");
    check(json!({ "external": true, "name": "a b" }), "`a b` cannot be the name of a secret");
    check(
        json!({ "environment": "TOKEN" }),
        "the variable `TOKEN` of `s` is not set; give it in `variables` or `secret_variables` of the request, or in the `.env` of the project folder",
    );
    let build = json!({ "context": FOLDER, "dockerfile_inline": "FROM a", "network": "lan", "secrets": [{ "source": "s" }] });
    let model = json!({
        "name": "shop", "services": { "web": { "build": build } }, "secrets": { "s": { "x-value": "hunter22" } },
    });
    let refused = DesiredStack::with_files(&serde_json::from_value(model).unwrap(), &files(&[])).unwrap_err();
    assert!(
        refused.to_string().starts_with("build.network of `web`: builds on the network `lan`"),
        "{refused}"
    );
}

#[test]
fn an_ignore_file_next_to_the_dockerfile_takes_precedence() {
    let list = [
        ("app/.dockerignore", "*"),
        ("app/web.dockerfile", "FROM a"),
        ("app/web.dockerfile.dockerignore", "*.md\n*.dockerignore"),
        ("app/a.md", "1"),
        ("app/b", "1"),
    ];
    let spec = build(json!({ "context": "app", "dockerfile": "web.dockerfile" }), &list).unwrap();
    let files = files(&list);
    let seen = |hidden: bool| {
        let sent = files.sent_by(&spec).unwrap();
        let paths = sent.iter().filter(|file| file.hidden == hidden).map(|file| file.path.to_string());
        paths.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(seen(false), "b web.dockerfile");
    assert_eq!(seen(true), ".dockerignore web.dockerfile.dockerignore");
}

#[test]
fn unsupported_build_attributes_are_rejected() {
    let check = |more: Value, expected: &str| {
        let mut written = json!({ "dockerfile_inline": "FROM a" });
        written.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let refused = build(written, &[]).unwrap_err();
        assert!(refused.starts_with(expected), "{refused}");
    };
    check(json!({ "ssh": ["default"] }), "build.ssh of `web`: ");
    check(json!({ "cache_to": ["type=local,dest=x"] }), "build.cache_to of `web`: ");
    check(json!({ "cache_from": ["type=gha"] }), "build.cache_from of `web`: `type=gha` is not supported");
    check(json!({ "entitlements": ["network.host"] }), "build.entitlements of `web`: ");
    check(json!({ "provenance": "mode=max" }), "build.provenance of `web`: ");
    check(
        json!({ "labels": { "io.core-monitor.build": "x" } }),
        "build.labels of `web`: `io.core-monitor.build` is reserved",
    );
    let harmless = json!({
        "dockerfile_inline": "FROM a", "provenance": "false", "platforms": ["linux/amd64"],
        "cache_from": ["base:1", "type=registry,ref=r.example/cache"],
    });
    let spec = build(harmless, &[]).unwrap();
    assert_eq!(spec.cache_from, ["base:1", "r.example/cache"]);
    assert_eq!(spec.platform.as_deref(), Some("linux/amd64"));
}

#[test]
fn missing_files_are_reported_with_a_hint() {
    let missing = build(json!({ "context": "app" }), &[("compose.yml", "")]).unwrap_err();
    assert_eq!(
        missing,
        "build.dockerfile of `web`: the version has no file `Dockerfile` in this folder; send the project folder as \
         an archive (tar, tar.gz or zip)"
    );
    let list = [("Dockerfile", "FROM a"), (".dockerignore", "a\n[")];
    let refused = build(json!({}), &list).unwrap_err();
    assert_eq!(refused, "build.context of `web`: line 2 of `.dockerignore`: `[` is not a pattern");
}

#[test]
fn secret_arguments_are_redacted() {
    let args = json!({ "dockerfile_inline": "FROM a", "args": { "NPM_TOKEN": "s3cr3t", "DB_PASSWORD": "s3cr3t-too", "MODE": "prod" } });
    let spec = build(args, &[]).unwrap();
    assert_eq!(spec.redact("prod s3cr3t-too and s3cr3t"), "prod *** and ***");
}
