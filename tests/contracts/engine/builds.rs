//! Builds from files, on a real engine: what is sent, under which names, and what becomes of a build that is given up.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::desired::{BuildFiles, DesiredStack, Dockerfile};
use core_monitor_domain::dockerignore::Dockerignore;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::{
    BuildSource, BuildSourceError, ContainerEngine, Effect, EffectOutcome, NewImage, Progress, ProgressSink,
};
use core_monitor_domain::stack_version::SourceFile;

use crate::bench::{BUSYBOX, Bench, DEADLINE};
use crate::docker;

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
    fn report(&self, progress: Progress) {
        self.0.lock().unwrap().push(progress.status);
    }
}

/// The build of a service as a definition has it.
fn image(bench: &Bench, folder: &Folder, build: serde_json::Value) -> NewImage {
    let inline = bench.image("app", "");
    let mut build = build;
    let context = build["context"].as_str().unwrap_or_default();
    build["context"] = format!("/stacks/{}/{context}", inline.stack_id).into();
    let model = serde_json::json!({ "name": "shop", "services": { "app": { "build": build } } });
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
async fn a_build_that_is_given_up_ends_and_leaves_no_name() {
    let bench = Bench::docker("a_build_that_is_given_up_ends_and_leaves_no_name").await;
    bench
        .run(|bench| {
            Box::pin(async move {
                let mark = bench.name("mark");
                let text = format!("FROM {BUSYBOX}\nRUN echo {mark}; sleep 600\n");
                let new = bench.image("app", &text);
                let engine = docker::adapter(&docker::address()).building_from(Folder::new(&[]));
                let (heard, effect) = (Arc::new(Heard::default()), Effect::BuildImage(Box::new(new.clone())));
                let sink = heard.clone();
                let building = tokio::spawn(async move { engine.perform(&effect, DEADLINE, sink).await });
                let runs = || {
                    docker::command_line(&["ps", "--no-trunc", "--format", "{{.Command}}"]).contains(&mark)
                };
                wait("the step to run", runs).await;
                building.abort();
                wait("the step to end", || !runs()).await;
                assert!(heard.0.lock().unwrap().iter().any(|line| line.starts_with("Step 2/")));
                assert_eq!(bench.look().await.host.image(&new.image), None);
            })
        })
        .await;
}

async fn wait(what: &str, done: impl Fn() -> bool) {
    for _ in 0..400 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("waited in vain for {what}");
}

/// The matcher against Docker's own client, which decides what it sends before the engine sees anything.
#[test]
fn what_is_ignored_is_what_dockers_own_client_ignores() {
    let paths = [
        "Dockerfile",
        "a",
        "a.log",
        "b.txt",
        "d/a.log",
        "d/b",
        "d/e/a.log",
        "d/e/f/g",
        "dd/b",
        "e/d/b",
        "x y",
        "[z]",
        "K.md",
        "node_modules/m/i.js",
        "src/node_modules/j",
        "src/main.c",
        "src/main.o",
        "build/out",
        ".env",
        ".git/HEAD",
    ];
    let cases = [
        "*.log",
        "**/*.log",
        "d",
        "d/",
        "/d",
        "d/*",
        "d/**",
        "**/b",
        "**/d",
        "*/b",
        "*/*/a.log",
        "?",
        "[ab]",
        "[^d]*",
        "d/e\n!d/e/f",
        "*\n!d/b",
        "*\n!src\nsrc/*.o",
        "!a\na",
        "a\n!a",
        "**\n!b.txt",
        "# c\n\n  a  ",
        "./d/../b.txt",
        "\\[z\\]",
        "x y",
        "d/e/..",
        ".*",
        ".git\n.env",
        "node_modules\n**/node_modules",
        "d/**/g",
        "*.md\n!K*.md",
        "d?",
        "**b",
    ];
    let folder = tempfile::tempdir().unwrap();
    for path in paths {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "x").unwrap();
    }
    std::fs::write(folder.path().join("Dockerfile"), format!("FROM {BUSYBOX}\nCOPY . /ctx\n")).unwrap();
    for case in cases {
        let theirs = sent_by_docker(folder.path(), case);
        let ignore = Dockerignore::parse(case).unwrap();
        let ours: Vec<&str> = paths.into_iter().filter(|path| !ignore.excludes(path)).collect();
        let ours: Vec<&str> = sorted(ours);
        assert_eq!(ours, theirs.iter().map(String::as_str).collect::<Vec<_>>(), "{case:?}");
    }
}

fn sorted(mut paths: Vec<&str>) -> Vec<&str> {
    paths.sort_unstable();
    paths
}

fn sent_by_docker(folder: &Path, ignore: &str) -> Vec<String> {
    std::fs::write(folder.join(".dockerignore"), ignore).unwrap();
    let image = docker::classic_build(folder);
    let found = run(&image, &["find", "/ctx", "-type", "f"]);
    docker::command_line(&["image", "rm", "--force", &image]);
    let mut paths: Vec<String> = found
        .lines()
        .filter_map(|line| line.strip_prefix("/ctx/"))
        .filter(|path| *path != ".dockerignore")
        .map(ToOwned::to_owned)
        .collect();
    paths.sort_unstable();
    paths
}
