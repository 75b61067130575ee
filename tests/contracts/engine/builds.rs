//! Builds from files with a real engine: what is sent, under which names, and what happens to an aborted build.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::desired::{BuildFiles, DesiredStack, Dockerfile};
use core_monitor_domain::effect::{Effect, EffectOutcome, NewImage};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::ports::{BuildSource, BuildSourceError, ContainerEngine, Progress, ProgressSink};
use core_monitor_domain::stack_version::SourceFile;

use crate::bench::{BUSYBOX, Bench, DEADLINE};
use crate::docker;

mod ignored;

/// A version's files, in memory.
pub(crate) struct Folder(pub(crate) BTreeMap<String, SourceFile>);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Arc<Self> {
        let file = |(path, text): &(&str, &str)| {
            let (path, executable) = path.strip_suffix('*').map_or((*path, false), |path| (path, true));
            (path.to_owned(), SourceFile::new(text.as_bytes(), executable))
        };
        Arc::new(Self(files.iter().map(file).collect()))
    }

    fn list(&self, folder: &str) -> BuildFiles {
        let mut files = BuildFiles::new(folder, self.0.iter().map(|(path, file)| file.entry(path)));
        for path in files.wanted() {
            files.add_text(&path, self.0[&path].bytes());
        }
        files
    }
}

#[async_trait]
impl BuildSource for Folder {
    async fn files(&self, stack: StackId, _: VersionNumber) -> Result<BuildFiles, BuildSourceError> {
        Ok(self.list(&stack.to_string()))
    }

    async fn read(&self, _: StackId, _: VersionNumber, path: &str) -> Result<Arc<[u8]>, BuildSourceError> {
        let missing = || BuildSourceError { reason: format!("no {path}") };
        self.0.get(path).map(|file| Arc::clone(file.bytes())).ok_or_else(missing)
    }
}

#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl ProgressSink for Heard {
    fn report(&self, _: Progress) {}

    fn line(&self, line: &str, _: bool) {
        self.0.lock().unwrap().push(line.to_owned());
    }
}

/// The build of a service in a definition.
fn image(bench: &Bench, folder: &Folder, build: serde_json::Value) -> NewImage {
    image_with(bench, folder, build, &serde_json::json!({}))
}

/// The same, with the `secrets` of the definition; `STACK` in them is the stack's folder.
fn image_with(
    bench: &Bench,
    folder: &Folder,
    build: serde_json::Value,
    secrets: &serde_json::Value,
) -> NewImage {
    let inline = bench.image("app", "");
    let mut build = build;
    let context = build["context"].as_str().unwrap_or_default();
    build["context"] = format!("/stacks/{}/{context}", inline.stack_id).into();
    let secrets = secrets.to_string().replace("STACK", &inline.stack_id.to_string());
    let secrets: serde_json::Value = serde_json::from_str(&secrets).unwrap();
    let model =
        serde_json::json!({ "name": "shop", "services": { "app": { "build": build } }, "secrets": secrets });
    let project = serde_json::from_value(model).unwrap();
    let files = folder.list(&inline.stack_id.to_string());
    let desired = DesiredStack::with_files(&project, &files).unwrap();
    let spec = desired.services[0].build.clone().unwrap();
    let labels = spec.labels.clone().into_iter().chain(bench.image_labels(&spec.hash)).collect();
    NewImage { labels, spec, ..inline }
}

async fn build(folder: Arc<Folder>, new: &NewImage) -> Result<(EffectOutcome, Vec<String>), String> {
    let engine = docker::adapter(&docker::address()).building_from(folder);
    let heard = Arc::new(Heard::default());
    let effect = Effect::BuildImage(Box::new(new.clone()));
    let outcome =
        engine.perform(&effect, DEADLINE, heard.clone()).await.map_err(|error| error.to_string())?;
    let lines = std::mem::take(&mut *heard.0.lock().unwrap());
    Ok((outcome, lines))
}

/// The standard output of a command in a container of the image.
fn run(image: &str, command: &[&str]) -> String {
    docker::command_line(&[&["run", "--rm", "--network", "none", image], command].concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_arrive_as_they_were_stored() {
    let bench = Bench::docker("files_arrive_as_they_were_stored").await;
    bench
        .run(|bench| {
            Box::pin(async move {
                let long = format!("app/{}/{}", "deep".repeat(30), "name".repeat(20));
                let dockerfile = format!("FROM {BUSYBOX}\nARG WHO\nENV WHO=$WHO\nCOPY . /ctx\n");
                let folder = Folder::new(&[
                    ("app/Dockerfile", &dockerfile),
                    ("app/.dockerignore", "Dockerfile\n.dockerignore\n*.log\n!keep.log\n"),
                    ("app/run.sh*", "#!/bin/sh\n"),
                    ("app/a.log", "x"),
                    ("app/keep.log", "x"),
                    (&long, "long"),
                    ("outside", "x"),
                ]);
                let args =
                    serde_json::json!({ "context": "app", "args": { "WHO": "me" }, "labels": { "l": "1" } });
                let new = image(bench, &folder, args);
                build(folder, &new).await.unwrap();
                let name = new.image.as_str();
                let found = run(name, &["find", "/ctx", "-type", "f"]);
                let mut found: Vec<&str> = found.lines().collect();
                found.sort_unstable();
                assert_eq!(found, [&format!("/ctx/{}", &long[4..]), "/ctx/keep.log", "/ctx/run.sh"]);
                let modes = run(name, &["stat", "-c", "%a %u %g %Y", "/ctx/run.sh", "/ctx/keep.log"]);
                assert_eq!(modes, "755 0 0 0\n644 0 0 0");
                assert_eq!(run(name, &["sh", "-c", "echo $WHO"]), "me");
                let label = docker::command_line(&["inspect", "--format", "{{.Config.Labels.l}}", name]);
                assert_eq!(label, "1");
            })
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dockerfile_from_elsewhere_stays_out_of_the_image() {
    let bench = Bench::docker("a_dockerfile_from_elsewhere_stays_out_of_the_image").await;
    bench
        .run(|bench| {
            Box::pin(async move {
                let text = format!("FROM {BUSYBOX} AS one\nCOPY . /ctx\nFROM one AS two\nRUN touch /two\n");
                let folder = Folder::new(&[("app/a", "1"), ("build/Dockerfile", &text)]);
                let builds = [
                    serde_json::json!({ "context": "app", "dockerfile_inline": text, "target": "one" }),
                    serde_json::json!({ "context": "app", "dockerfile": "../build/Dockerfile", "target": "one" }),
                ];
                for (written, stored) in builds.into_iter().zip([false, true]) {
                    let new = image(bench, &folder, written);
                    assert_eq!(matches!(new.spec.dockerfile, Dockerfile::Stored(_)), stored);
                    build(Arc::clone(&folder), &new).await.unwrap();
                    let found = run(new.image.as_str(), &["sh", "-c", "find /ctx -type f; test ! -e /two"]);
                    assert_eq!(found, "/ctx/a");
                }
            })
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn build_secrets_are_neither_in_the_image_nor_in_the_output() {
    let bench = Bench::docker("build_secrets_are_neither_in_the_image_nor_in_the_output").await;
    bench
        .run(|bench| {
            Box::pin(async move {
                let mount = |id: &str| format!("RUN --mount=type=secret,id={id}");
                let text = format!(
                    "FROM {BUSYBOX}\n{} echo {}; cat /run/secrets/renamed; md5sum < /run/secrets/renamed > /sum\n\
                     {},required=true test \"$(cat /run/secrets/token)\" = hunter22\n\
                     {} test ! -e /run/secrets/other\n",
                    mount("renamed"),
                    // Otherwise the step is cached.
                    bench.name("run"),
                    mount("token"),
                    mount("other"),
                );
                let folder = Folder::new(&[
                    ("app/Dockerfile", &text),
                    ("app/.dockerignore", "npmrc"),
                    ("app/npmrc", "auth=swordfish\n"),
                ]);
                let secrets = serde_json::json!({
                    "file": { "file": "/stacks/STACK/app/npmrc" },
                    "token": { "environment": "TOKEN", "x-value": "hunter22" },
                });
                let written = serde_json::json!({
                    "context": "app", "secrets": [{ "source": "file", "target": "renamed" }, { "source": "token" }],
                });
                let new = image_with(bench, &folder, written, &secrets);
                let (_, lines) = build(folder, &new).await.unwrap();
                assert!(lines.contains(&"***".to_owned()), "{lines:?}");
                assert!(!lines.concat().contains("swordfish"), "{lines:?}");
                let sum = "printf 'auth=swordfish\\n' | md5sum | cmp - /sum && echo same";
                assert_eq!(run(new.image.as_str(), &["sh", "-c", sum]), "same");
                // Older engines leave empty files at the mount points.
                let left = "find / -xdev -path '*secrets*' -type f -size +0";
                assert_eq!(run(new.image.as_str(), &["sh", "-c", left]), "");
            })
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_buildkit_does_is_done() {
    let bench = Bench::docker("what_only_buildkit_does_is_done").await;
    bench
        .run(|bench| {
            Box::pin(async move {
                let text = format!(
                    "FROM {BUSYBOX} AS never\nRUN exit 1\n\
                     FROM {BUSYBOX} AS base\nRUN --mount=type=cache,target=/cache echo 1 > /cache/a\n\
                     FROM base\nRUN --mount=type=bind,target=/ctx find /ctx -type f | sort > /seen\n"
                );
                // An ignore file next to the Dockerfile takes precedence over that of the folder, and is not part of
                // the context.
                let folder = Folder::new(&[
                    ("Dockerfile", &text),
                    ("Dockerfile.dockerignore", "**/*.md\nDockerfile*\n"),
                    (".dockerignore", "*\n"),
                    ("a/b.md", "1"),
                    ("a/b.txt", "1"),
                    ("a-b", "1"),
                    ("empty", ""),
                ]);
                let new = image(bench, &folder, serde_json::json!({}));
                build(folder, &new).await.unwrap();
                let seen = run(new.image.as_str(), &["cat", "/seen"]);
                assert_eq!(seen, "/ctx/.dockerignore\n/ctx/a-b\n/ctx/a/b.txt\n/ctx/empty");
                assert_eq!(run(new.image.as_str(), &["find", "/", "-xdev", "-path", "/cache/*"]), "");
            })
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_files_of_the_same_size_are_sent_again() {
    let bench = Bench::docker("other_files_of_the_same_size_are_sent_again").await;
    bench
        .run(|bench| {
            Box::pin(async move {
                for content in ["one", "two", "one"] {
                    let text = format!("FROM {BUSYBOX}\nCOPY page /page\n");
                    let folder = Folder::new(&[("Dockerfile", &text), ("page", content)]);
                    let new = image(bench, &folder, serde_json::json!({}));
                    build(folder, &new).await.unwrap();
                    assert_eq!(run(new.image.as_str(), &["cat", "/page"]), content);
                }
            })
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_and_large_files_arrive() {
    let bench = Bench::docker("many_and_large_files_arrive").await;
    bench
        .run(|bench| {
            Box::pin(async move {
                let text = format!("FROM {BUSYBOX}\nCOPY . /ctx\n");
                let large = "0123456789abcdef".repeat(400_000);
                let names: Vec<String> = (0..3_000).map(|n| format!("d{}/f{n}", n % 60)).collect();
                let mut files = vec![("Dockerfile", text.as_str()), ("large", large.as_str())];
                files.extend(names.iter().map(|name| (name.as_str(), name.as_str())));
                let folder = Folder::new(&files);
                let new = image(bench, &folder, serde_json::json!({}));
                build(folder, &new).await.unwrap();
                let count = "find /ctx/d* -type f | wc -l; stat -c %s /ctx/large; cat /ctx/d59/f2999";
                assert_eq!(run(new.image.as_str(), &["sh", "-c", count]), "3000\n6400000\nd59/f2999");
            })
        })
        .await;
}

/// An older engine would silently ignore the limits or the secret.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_with_secrets_are_applied_or_rejected() {
    let bench = Bench::docker("limits_with_secrets_are_applied_or_rejected").await;
    bench
        .run(|bench| {
            Box::pin(async move {
                let folder = Folder::new(&[]);
                let text = format!("FROM {BUSYBOX}\nRUN df -k /dev/shm | tail -n 1 > /shm\n");
                let secrets =
                    serde_json::json!({ "token": { "environment": "TOKEN", "x-value": "hunter22" } });
                let written = serde_json::json!({
                    "dockerfile_inline": text, "shm_size": "1048576", "secrets": [{ "source": "token" }],
                });
                let new = image_with(bench, &folder, written, &secrets);
                let heeds = bench.look().await.host.engine.api >= ApiVersion { major: 1, minor: 42 };
                match build(folder, &new).await {
                    Ok(_) => assert!(heeds && run(new.image.as_str(), &["cat", "/shm"]).contains(" 1024 ")),
                    Err(refused) => assert!(!heeds && refused.contains("needs Engine 23.0"), "{refused}"),
                }
            })
        })
        .await;
}

/// `BuildKit` does not support named networks of the host.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_classic_builder_does_what_only_it_can() {
    let bench = Bench::docker("the_classic_builder_does_what_only_it_can").await;
    bench
        .run(|bench| {
            Box::pin(async move {
                let network = bench.name("steps");
                bench.outside.create_network(&network).await;
                let text = format!("FROM {BUSYBOX}\nCOPY . /ctx\nRUN ls /sys/class/net > /net\n");
                let folder = Folder::new(&[
                    ("build/Dockerfile", &text),
                    ("build/Dockerfile.dockerignore", "*.log"),
                    ("app/a.log", "1"),
                    ("app/b", "1"),
                ]);
                let new = image(
                    bench,
                    &folder,
                    serde_json::json!({ "context": "app", "dockerfile": "../build/Dockerfile", "network": network }),
                );
                let (_, lines) = build(folder, &new).await.unwrap();
                assert!(lines.iter().any(|line| line.starts_with("Step 3/5 : RUN")), "{lines:?}");
                assert_eq!(run(new.image.as_str(), &["sh", "-c", "find /ctx -type f; cat /net"]), "/ctx/b\neth0\nlo");
            })
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_aborted_build_ends_and_leaves_no_tag() {
    let bench = Bench::docker("an_aborted_build_ends_and_leaves_no_tag").await;
    bench
        .run(|bench| {
            Box::pin(async move {
                let mark = bench.name("mark");
                let text = format!("FROM {BUSYBOX}\nRUN sleep 600; echo {mark}\n");
                let new = bench.image("app", &text);
                let engine = docker::adapter(&docker::address()).building_from(Folder::new(&[]));
                let (heard, effect) = (Arc::new(Heard::default()), Effect::BuildImage(Box::new(new.clone())));
                let sink = heard.clone();
                let building = tokio::spawn(async move { engine.perform(&effect, DEADLINE, sink).await });
                let lines = || heard.0.lock().unwrap().clone();
                wait("the step to run", || is_running(&mark)).await;
                building.abort();
                wait("the step to end", || !is_running(&mark)).await;
                assert!(lines().iter().any(|line| line.starts_with("[2/2] RUN")), "{:?}", lines());
                assert_eq!(bench.look().await.host.image(&new.image), None);
            })
        })
        .await;
}

/// Whether any process of this host has `mark` in its command line. The engine does not list steps of `BuildKit`.
fn is_running(mark: &str) -> bool {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).into_owned()).any(|line| line.contains(mark))
}

async fn wait(what: &str, done: impl Fn() -> bool) {
    for _ in 0..400 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("timed out waiting for {what}");
}
