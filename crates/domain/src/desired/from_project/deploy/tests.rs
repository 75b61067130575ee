use core_monitor_compose::{LoadOptions, ProjectFiles, load};

use super::*;
use crate::desired::DesiredStack;

fn read(slots: &str) -> Result<Vec<DesiredSlot>, String> {
    let text = format!("name: shop\nservices:\n  web:\n    image: demo\n    x-core-monitor: {slots}\n");
    let mut files = ProjectFiles::new();
    files.add_compose("compose.yaml", text.into_bytes());
    let options = LoadOptions { project_directory: "/shop".to_owned(), ..LoadOptions::default() };
    let loaded = load(&files, &options).map_err(|rejected| rejected.errors[0].message.to_string())?;
    let stack = DesiredStack::from_project(&loaded.project).map_err(|error| error.message().to_string())?;
    Ok(stack.services[0].slots.clone())
}

fn one(slot: &str) -> DeploySlot {
    read(&format!("{{deploy: {{app: {slot}}}}}")).unwrap().remove(0).slot
}

fn refused(slot: &str) -> String {
    read(&format!("{{deploy: {{app: {slot}}}}}")).unwrap_err()
}

#[test]
fn a_slot_with_everything_is_read() {
    let slot = one(
        r#"{target: /webapps/, form: file, name: "*.war", as: ROOT.war, max_size: 200MB, owner: "1000:1001", mode: "0640",
            activate: {signal: SIGHUP}, verify: {log: "deployed *", health: true, http: {port: 8080, path: /up, status: 204}, within: 90s}}"#,
    );
    assert_eq!(slot.target, "/webapps/");
    assert_eq!(slot.file_name.as_deref(), Some("ROOT.war"));
    assert_eq!((slot.max_size, slot.mode), (200 << 20, 0o640));
    assert_eq!(slot.owner, Owner { uid: 1000, gid: 1001 });
    assert_eq!(slot.activate, Activation::Signal("HUP".to_owned()));
    let verify = slot.verify.unwrap();
    assert_eq!(verify.http, Some(HttpCheck { port: 8080, path: "/up".to_owned(), status: 204 }));
    assert_eq!((verify.health, verify.within_ms), (true, 90_000));
}

#[test]
fn what_is_left_out_has_defaults() {
    let slot = one("{target: /srv, form: tree, activate: none}");
    assert_eq!((slot.form, slot.mode, slot.owner), (ArtifactForm::Tree, 0o644, Owner::default()));
    assert_eq!(
        (slot.activate, slot.verify, slot.max_size),
        (Activation::None, None, DeploySlot::DEFAULT_MAX_SIZE)
    );
    let Activation::Exec(hook) = one("{target: /a.sql, activate: {exec: [psql, -f, /a.sql]}}").activate
    else {
        panic!("not a program")
    };
    assert_eq!(hook.command, ["psql", "-f", "/a.sql"]);
    assert_eq!(read("{}"), Ok(Vec::new()));
}

#[test]
fn a_mistake_is_said_with_its_place() {
    for (slot, said) in [
        ("{form: file}", "x-core-monitor.deploy.app of `web`: `target` is missing"),
        ("{target: srv}", "x-core-monitor.deploy.app.target of `web`: `srv` does not begin"),
        ("{target: /a/../b}", "x-core-monitor.deploy.app.target of `web`: `/a/../b` has a part"),
        ("{target: /a, verifiy: {}}", "x-core-monitor.deploy.app.verifiy of `web`: `verifiy` is not known"),
        (
            "{target: /a, form: folder}",
            "x-core-monitor.deploy.app.form of `web`: `folder` is not one of file, tree",
        ),
        ("{target: /a, max_size: -1}", "x-core-monitor.deploy.app.max_size of `web`: "),
        ("{target: /a, mode: 420}", "x-core-monitor.deploy.app.mode of `web`: "),
        ("{target: /a, owner: tomcat}", "x-core-monitor.deploy.app.owner of `web`: "),
        ("{target: /a, as: b}", "x-core-monitor.deploy.app.target of `web`: "),
        ("{target: /proc/x}", "x-core-monitor.deploy.app.target of `web`: the engine"),
        ("{target: /etc/hosts}", "x-core-monitor.deploy.app.target of `web`: the engine"),
        ("{target: /a, owner: '4294967295:0'}", "x-core-monitor.deploy.app.owner of `web`: "),
        (
            "{target: /a, activate: {signal: BOGUS}}",
            "x-core-monitor.deploy.app.activate.signal of `web`: `BOGUS`",
        ),
        ("{target: /a, activate: reload}", "x-core-monitor.deploy.app.activate of `web`: `reload`"),
        ("{target: /a, activate: {signal: KILL}}", "x-core-monitor.deploy.app.activate.signal of `web`: "),
        ("{target: /a, activate: {signal: HUP, exec: [a]}}", "x-core-monitor.deploy.app.activate of `web`: "),
        ("{target: /a, activate: {exec: []}}", "x-core-monitor.deploy.app.activate.exec of `web`: "),
        ("{target: /a, verify: {within: 5s}}", "x-core-monitor.deploy.app.verify of `web`: "),
        (
            "{target: /a, verify: {health: true, within: 5}}",
            "x-core-monitor.deploy.app.verify.within of `web`: ",
        ),
        ("{target: /a, verify: {http: {port: 0}}}", "x-core-monitor.deploy.app.verify.http.port of `web`: "),
        (
            "{target: /a, verify: {http: {port: 80, path: 'a b'}}}",
            "x-core-monitor.deploy.app.verify.http.path of `web`: ",
        ),
    ] {
        let message = refused(slot);
        assert!(message.starts_with(said), "{slot}: {message}");
    }
    let in_memory = read("{deploy: {app: {target: /run/app/a}}}\n    tmpfs: [/run]").unwrap_err();
    let said = "x-core-monitor.deploy.app.target of `web`: `/run/app/a` is in";
    assert!(in_memory.starts_with(said), "{in_memory}");
    assert!(read("{deploy: {app: {target: /running}}}\n    tmpfs: [/run]").is_ok());
    assert!(
        read("{deploys: {}}")
            .unwrap_err()
            .starts_with("x-core-monitor.deploys of `web`: `deploys` is not known")
    );
    assert!(read("{deploy: {'a b': {target: /a}}}").unwrap_err().contains("cannot be the name of a slot"));
}

#[test]
fn what_is_said_is_what_applies() {
    let long = format!("/{}", "x".repeat(1_024));
    for (slot, said) in [
        ("{target: srv}", "target of `web`: `srv` does not begin with `/`"),
        ("{target: /}", "target of `web`: `/` is the root of the container; name a file or a folder in it"),
        ("{target: //}", "target of `web`: `//` has two slashes in a row"),
        ("{target: /a//b}", "target of `web`: `/a//b` has two slashes in a row"),
        ("{target: /a/./b}", "target of `web`: `/a/./b` has a part `.`; write the path without"),
        (r#"{target: "/a\tb"}"#, "target of `web`: the path has a control character"),
        (&format!("{{target: {long}}}"), "target of `web`: this has to be a text of 1 to 1024 characters"),
        (
            "{target: /a, as: b}",
            "target of `web`: with `as`, the target is a folder and ends with `/`, which `/a` does not",
        ),
        ("{target: /a/, as: b/c}", "as of `web`: this has to be the name of a file, without a path"),
        (
            "{target: /a/, form: tree, as: b}",
            "as of `web`: only the form `file` has a name; the files of a `tree` keep theirs",
        ),
        (
            "{target: /a, activate: [restart]}",
            "activate of `web`: this has to be `none`, `restart`, or a mapping: `signal: HUP` or `exec: [program, argument]`",
        ),
        (
            "{target: /a, activate: {exec: nginx -s reload}}",
            "activate.exec of `web`: this has to be a list of a program and its arguments, all of them texts, such as `[nginx, -s, reload]`",
        ),
    ] {
        let message = refused(slot);
        assert_eq!(message.strip_prefix("x-core-monitor.deploy.app."), Some(said), "{slot}");
    }
}
