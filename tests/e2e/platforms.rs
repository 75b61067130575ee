//! Images of other platforms: the one asked for is pulled, and what cannot work fails at once.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Command, Installation, Registry, Stack, docker, stopwatch};

/// Far below what it takes to try again a few times.
const AT_ONCE: Duration = Duration::from_secs(15);

/// The architecture of the engine, and another one.
fn architectures() -> (String, &'static str) {
    let own = docker(&["version", "--format", "{{.Server.Arch}}"]);
    let foreign = if own == "arm64" { "amd64" } else { "arm64" };
    (own, foreign)
}

fn definition(image: &str, architecture: Option<&str>) -> String {
    let platform = architecture.map(|it| format!("platform: linux/{it}, ")).unwrap_or_default();
    format!("services: {{web: {{image: '{image}', {platform}stop_grace_period: 1s}}}}")
}

/// For which architecture the image of the running container is.
fn runs(stack: &Stack) -> String {
    let web = stack.container("web-1");
    assert_eq!(web["State"]["Running"], true);
    docker(&["image", "inspect", "--format", "{{.Architecture}}", web["Image"].as_str().unwrap()])
}

fn creates(command: &Command) -> usize {
    command.intents().iter().filter(|intent| intent.starts_with("create_container")).count()
}

/// Applies what cannot work: it fails at once, and says what to do.
#[track_caller]
fn fails(installation: &Installation, definition: &str, code: &str, words: &[&str]) -> Value {
    let stack = installation.create("platform", definition);
    let (command, took) = stopwatch(|| stack.apply(1));
    let failure = command.failed(code).clone();
    let text = format!("{} {}", failure["message"]["text"], failure["hint"]["text"]);
    assert!(words.iter().all(|word| text.contains(word)), "{failure:#}");
    assert!(took < AT_ONCE, "{took:?}");
    // Once, and once more after what the registry has was pulled.
    assert!(creates(&command) <= 2, "{:?}", command.intents());
    command.cancel().expect(200);
    stack.ask("delete", &json!({})).done();
    failure
}

#[test]
fn an_image_of_another_platform_is_pulled_or_refused_at_once() {
    let (own, foreign) = architectures();
    let registry = Registry::start(1_000_000);
    registry.add_platforms(foreign);
    let installation = Installation::start();

    // A registry that has the image only for another platform than the one asked for.
    let image = registry.tagged("foreign");
    let wanted = format!("wanted linux/{own}");
    fails(&installation, &definition(&image, Some(&own)), "IMAGE_UNAVAILABLE", &[&wanted, "`platform`"]);
    // A host that has it only for another platform, and nowhere to pull it from.
    let wanted = definition("test/busybox:1", Some(foreign));
    fails(&installation, &wanted, "IMAGE_UNAVAILABLE", &["test/busybox:1"]);
    // A platform that the list does not have.
    let image = registry.tagged("both");
    fails(&installation, &definition(&image, Some("s390x")), "IMAGE_UNAVAILABLE", &["linux/s390x"]);
    // No platform is asked for and the registry has one: the engine takes it, and it does not run here.
    let image = registry.tagged("unrunnable-here");
    let failure = fails(&installation, &definition(&image, None), "SERVICE_EXITED", &["exit code 1"]);
    let lines = failure["logs"].to_string();
    assert!(lines.contains("exec format error"), "{failure:#}");
}

#[test]
fn of_several_platforms_the_one_asked_for_is_pulled() {
    let (own, foreign) = architectures();
    let registry = Registry::start(1_000_000);
    registry.add_platforms(foreign);
    let installation = Installation::start();
    let image = registry.tagged("both");
    // The content is the same, so that it runs here, whatever it says it is for.
    let stack = installation.create("platforms", &definition(&image, Some(foreign)));
    stack.apply(1).done();
    assert_eq!(runs(&stack), foreign);
    // The host has the image now, but not for this platform.
    let command = stack.update(&definition(&image, Some(&own))).done();
    assert_eq!(runs(&stack), own, "{:?}", command.intents());
    let command = stack.apply(2).done();
    assert_eq!(command.effects(), 0, "{:?}", command.intents());
}
