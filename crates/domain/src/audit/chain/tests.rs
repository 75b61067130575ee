use super::*;
use crate::access::{Action, Resource};
use crate::actor::Actor;
use crate::audit::Change;
use crate::time::Timestamp;

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + second * 1_000).unwrap()
}

fn entry() -> AuditEntry {
    AuditEntry {
        at: at(0),
        actor: Actor::server(),
        action: Action::OpenTerminal,
        resource: Resource::Container("c0".into()),
        change: Change::Started,
        detail: None,
    }
}

fn detail() -> AuditDetail {
    AuditDetail { name: Some("shop-web-1".to_owned()), ..AuditDetail::default() }
}

fn with(detail: AuditDetail) -> AuditEntry {
    AuditEntry { detail: Some(detail), ..entry() }
}

#[test]
fn a_value_is_read_as_it_is_written_and_in_no_other_way() {
    let value = ChainValue::BEGINNING.next(1, &entry());
    let text = value.to_string();
    assert_eq!((text.len(), text.parse()), (64, Ok(value)));
    assert_eq!(serde_json::to_value(value).unwrap(), text);
    for wrong in ["", &text[1..], &format!("0{text}"), &text.to_uppercase(), &format!("sha256:{text}")] {
        assert_eq!(wrong.parse::<ChainValue>(), Err(ChainValueError), "{wrong}");
    }
}

/// Whoever verifies an export with a program of their own relies on these bytes.
#[test]
fn the_input_of_the_hash_is_documented_and_does_not_change() {
    let field = |bytes: &[u8]| [&(bytes.len() as u64).to_be_bytes()[..], bytes].concat();
    let number = |number: i64| field(&number.to_be_bytes());
    let text = |text: &str| field(text.as_bytes());
    let mut bytes = b"core-monitor audit chain 1\n".to_vec();
    bytes.extend([0; 32]);
    bytes.extend([number(7), number(1_800_000_000_000)].concat());
    bytes.extend(["system:server", "open_terminal", "container:c0", "started"].map(text).concat());
    let plain = [bytes.clone(), field(b"")].concat();
    assert_eq!(ChainValue::BEGINNING.next(7, &entry()), ChainValue(Sha256::digest(plain).into()));
    let told = [bytes, number(1), text("name"), text("shop-web-1")].concat();
    assert_eq!(ChainValue::BEGINNING.next(7, &with(detail())), ChainValue(Sha256::digest(told).into()));
}

#[test]
fn every_field_of_an_entry_and_what_is_before_it_count() {
    let others = [
        AuditEntry { at: at(1), ..entry() },
        AuditEntry { actor: Actor::worker(), ..entry() },
        AuditEntry { action: Action::ExecInContainer, ..entry() },
        AuditEntry { resource: Resource::Container("c1".into()), ..entry() },
        AuditEntry { resource: Resource::Volume("c0".to_owned()), ..entry() },
        AuditEntry { change: Change::Ended, ..entry() },
        with(AuditDetail::default()),
        with(detail()),
        with(AuditDetail { program: Some("shop-web-1".to_owned()), ..AuditDetail::default() }),
        with(AuditDetail { reason: Some("shop-web-1".to_owned()), ..AuditDetail::default() }),
        with(AuditDetail { path: Some("shop-web-1".to_owned()), ..AuditDetail::default() }),
        with(AuditDetail { path: Some(String::new()), ..AuditDetail::default() }),
        with(AuditDetail { arguments: Some(1), ..AuditDetail::default() }),
        with(AuditDetail { exit_code: Some(1), ..AuditDetail::default() }),
        with(AuditDetail { seconds: Some(1), ..AuditDetail::default() }),
        with(AuditDetail { bytes: Some(1), ..AuditDetail::default() }),
        with(AuditDetail { address: Some("192.0.2.7".parse().unwrap()), ..AuditDetail::default() }),
    ];
    let mut values: Vec<_> = others.iter().map(|entry| ChainValue::BEGINNING.next(1, entry)).collect();
    values.push(ChainValue::BEGINNING.next(1, &entry()));
    values.push(ChainValue::BEGINNING.next(2, &entry()));
    values.push(ChainValue([1; 32]).next(1, &entry()));
    let count = values.len();
    let mut texts: Vec<_> = values.iter().map(ToString::to_string).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), count, "two of them have the same value");
}

/// Words do not move from one field to the next.
#[test]
fn fields_have_ends() {
    let pair = |name: &str, program: &str| {
        let detail = AuditDetail {
            name: Some(name.to_owned()),
            program: Some(program.to_owned()),
            ..AuditDetail::default()
        };
        ChainValue::BEGINNING.next(1, &with(detail))
    };
    assert_ne!(pair("ab", "c"), pair("a", "bc"));
    assert_ne!(pair("", "abc"), pair("abc", ""));
}
