use super::*;

fn attributes(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn event(kind: &str, action: &str, pairs: &[(&str, &str)]) -> EngineEvent {
    let id = "4f66ad9a0b2e63b3d1d1c9a3c4e9a6e2f8c3f1c0f2b8f3a3e9f0d8f6a0b1c2d3";
    EngineEvent::new(Timestamp::from_nanos(5).unwrap(), kind, action, id, &attributes(pairs))
}

fn check(kind: &str, action: &str, pairs: &[(&str, &str)], expected: &str) {
    assert_eq!(event(kind, action, pairs).message().text(), expected);
}

#[test]
fn events_are_sentences() {
    let web = ("name", "shop-web-1");
    check("container", "die", &[web, ("exitCode", "137")], "container shop-web-1 exited with code 137");
    check("container", "kill", &[web, ("signal", "15")], "container shop-web-1 was sent the signal 15");
    check("container", "health_status: unhealthy", &[web], "container shop-web-1 is unhealthy");
    check("container", "rename", &[web, ("oldName", "/a")], "container a is now called shop-web-1");
    check(
        "network",
        "connect",
        &[("name", "n"), ("container", "0123456789abcdef")],
        "container 0123456789ab was connected to network n",
    );
    check("volume", "create", &[], "volume 4f66ad9a0b2e was created");
    check("container", "teleport", &[web], "container shop-web-1: teleport");
    check("secret", "create", &[("name", "s")], "secret s: create");
}

#[test]
fn what_a_user_wrote_is_not_in_an_event() {
    let event = event(
        "container",
        "exec_create: sh -c echo hunter2",
        &[("name", "web"), ("password", "hunter2"), ("com.example", "hunter2"), ("image", "nginx:1")],
    );
    let text = format!("{event:?} {}", event.message().text());
    assert!(!text.contains("hunter2"), "{text}");
    assert_eq!(event.action, "exec_create");
    assert!(event.is_noise());
    assert_eq!(event.attributes, attributes(&[("name", "web"), ("image", "nginx:1")]));
}

#[test]
fn an_event_without_a_name_has_the_beginning_of_its_id() {
    let id = "sha256:1191f53363a11941131a8bd1ace637f2";
    let found = EngineEvent::new(Timestamp::beginning(), "image", "pull", id, &attributes(&[("name", id)]));
    assert_eq!(found.name, "1191f53363a1");
}

#[test]
fn positions_count_events_of_the_same_time() {
    let at = |nanos| Timestamp::from_nanos(nanos).unwrap();
    let start = EventPosition::before(at(10));
    let one = start.next(at(10));
    let two = one.next(at(10));
    let three = two.next(at(12));
    assert!(start < one && one < two && two < three);
    // What is late does not go back.
    assert!(three.next(at(11)) > three);
    assert_eq!(two.rewound(), start);
    for position in [start, two, three] {
        assert_eq!(position.to_string().parse(), Ok(position));
    }
    for text in ["", "5", "5.x", "x.5", "-5.1", "5.-1", "99999999999999999999.1"] {
        assert!(text.parse::<EventPosition>().is_err(), "{text}");
    }
}

#[test]
fn a_selection_leaves_out_noise_unless_it_is_asked_for() {
    let health = event("container", "health_status: healthy", &[("name", "web")]);
    let start = event("container", "start", &[("name", "web")]);
    let all = EventSelection::default();
    assert!(all.has(&start) && !all.has(&health));
    assert!(EventSelection { noise: true, ..EventSelection::default() }.has(&health));
    let asked = EventSelection { actions: ["health_status".to_owned()].into(), ..EventSelection::default() };
    assert!(asked.has(&health) && !asked.has(&start));
    let images = EventSelection { kinds: ["image".to_owned()].into(), ..EventSelection::default() };
    assert!(!images.has(&start));
    let stack = StackId(uuid::Uuid::from_u128(7));
    assert!(!EventSelection { stack_id: Some(stack), ..EventSelection::default() }.has(&start));
}
