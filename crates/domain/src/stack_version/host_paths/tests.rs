use core_monitor_compose::{LoadOptions, ProjectFiles, load};
use uuid::Uuid;

use super::*;

const FILE: &str = r"
services:
  web:
    image: app
    build: {context: ./app, additional_contexts: {other: ../other}}
    volumes:
      - ./html:/html
      - .:/all
      - ../shared:/shared
      - /etc/hostname:/name
      - data:/data
      - {type: bind, source: conf/app.conf, target: /conf}
    develop: {watch: [{path: ./src, action: rebuild}]}
configs: {page: {file: ./page}}
secrets: {pin: {file: secrets/pin}}
volumes:
  data: {driver_opts: {type: none, o: 'ro,bind', device: ./data}}
  other: {driver_opts: {type: nfs, o: addr=h, device: ':/export'}}
";

fn stack() -> StackId {
    StackId(Uuid::from_u128(7))
}

fn model(keep_relative: bool, root: &str) -> Project {
    let options = LoadOptions {
        project_name: Some("shop".to_owned()),
        project_directory: folder_in(root, stack()),
        keep_relative,
        ..LoadOptions::default()
    };
    load(&ProjectFiles::single("compose.yaml", FILE), &options).unwrap().project
}

#[test]
fn a_stored_model_does_not_contain_the_folder_location() {
    let stored = model(true, "/srv/one/stacks");
    assert_eq!(stored, model(true, "/elsewhere"));
    let text = serde_json::to_string(&stored).unwrap();
    assert!(!text.contains("/srv/one") && !text.contains(&stack().to_string()), "{text}");
}

#[test]
fn a_placed_model_equals_one_loaded_there() {
    for root in ["/srv/one/stacks", "/elsewhere"] {
        assert_eq!(placed(&model(true, root), &folder_in(root, stack())), model(false, root), "{root}");
    }
}

#[test]
fn an_earlier_version_follows_a_moved_folder() {
    let mut before = model(false, "/srv/one/stacks");
    assert_eq!(
        placed(&before, &folder_in("/srv/one/stacks", stack())),
        before,
        "where it is nothing changes"
    );
    keep_relative(&mut before, stack());
    // A path with `..` is outside the folder, and stays absolute.
    let mut expected = model(true, "/any");
    let web = &mut expected.services["web"];
    web.volumes[2].source = Some("/srv/one/stacks/shared".to_owned());
    web.build.as_mut().unwrap().additional_contexts["other"] = "/srv/one/stacks/other".to_owned();
    assert_eq!(before, expected);
    keep_relative(&mut before, stack());
    assert_eq!(before, expected, "twice is once");
}

#[test]
fn paths_are_read_and_written() {
    let id = stack().to_string();
    let check = |text: &str, shown: &str, on: &str| {
        let path = HostPath::read(text, &id);
        assert_eq!((path.to_string().as_str(), path.on("/f/g").as_str()), (shown, on), "{text}");
    };
    check("./a/b", "./a/b", "/f/g/a/b");
    check(".", ".", "/f/g");
    check("..", "..", "/f");
    check("../a", "../a", "/f/a");
    check("../../../a", "../../../a", "/a");
    check("/etc", "/etc", "/etc");
    check(&format!("/any/{id}"), ".", "/f/g");
    check(&format!("/any/{id}/a"), "./a", "/f/g/a");
    check(&format!("/any/{id}x/a"), &format!("/any/{id}x/a"), &format!("/any/{id}x/a"));
}
