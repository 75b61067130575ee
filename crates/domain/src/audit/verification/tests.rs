use proptest::prelude::*;

use super::*;
use crate::access::Resource;
use crate::actor::Actor;
use crate::audit::{AuditDetail, Change};
use crate::time::Timestamp;

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + second * 1_000).unwrap()
}

fn entry(second: i64) -> AuditEntry {
    AuditEntry::token_issued(&format!("ci-{second}").parse().unwrap(), &Actor::worker(), at(second), false)
}

/// `old` entries from before there was a chain, and `count` in it.
fn audit(old: i64, count: i64) -> (ChainHead, Vec<AuditRecord>) {
    let mut head = ChainHead::EMPTY;
    let mut records = Vec::new();
    for number in 1..=old + count {
        let mut record = head.next(entry(number));
        if number <= old {
            record.chain = None;
        }
        head = head.after(&record);
        records.push(record);
    }
    (head, records)
}

fn walk(head: ChainHead, gone: &[Gone], records: &[AuditRecord]) -> Verification {
    let mut walk = ChainWalk::new(head, gone.to_vec(), ChainPlace::BEGINNING);
    for record in records {
        walk.see(record);
    }
    walk.end()
}

fn broken(head: ChainHead, records: &[AuditRecord]) -> Option<(i64, AuditFault)> {
    walk(head, &[], records).broken
}

#[test]
fn what_was_written_is_in_order() {
    let found = walk(ChainHead::EMPTY, &[], &[]);
    let nothing =
        Verification { checked: 0, uncovered: 0, gone: 0, place: ChainPlace::BEGINNING, broken: None };
    assert_eq!(found, nothing);
    let (head, records) = audit(3, 4);
    assert_eq!((head.first, head.last), (Some(4), 7));
    let found = walk(head, &[], &records);
    assert_eq!((found.checked, found.uncovered, found.broken), (4, 3, None));
    assert_eq!(found.place, ChainPlace { id: 7, value: head.value });
    let (head, records) = audit(3, 0);
    let found = walk(head, &[], &records);
    assert_eq!((found.checked, found.uncovered, found.broken), (0, 3, None));
}

#[test]
fn what_is_written_during_a_walk_is_checked_too() {
    for old in [0, 2] {
        let (_, records) = audit(old, 3);
        let (before, _) = audit(old, 0);
        let found = walk(before, &[], &records);
        assert_eq!((found.checked, found.broken), (3, None), "{old}");
    }
}

#[test]
fn a_change_of_any_field_is_found_where_it_is() {
    let (head, records) = audit(0, 6);
    let changes: [fn(&mut AuditRecord); 7] = [
        |record| record.entry.at = at(99),
        |record| record.entry.actor = Actor::server(),
        |record| record.entry.action = crate::access::Action::RevokeToken,
        |record| record.entry.resource = Resource::Installation,
        |record| record.entry.change = Change::Removed,
        |record| record.entry.detail = Some(AuditDetail::default()),
        |record| record.chain = Some(ChainValue([7; 32])),
    ];
    for place in 0..records.len() {
        for change in changes {
            let mut forged = records.clone();
            change(&mut forged[place]);
            let id = records[place].id;
            assert_eq!(broken(head, &forged), Some((id, AuditFault::Changed)));
        }
        let mut forged = records.clone();
        forged[place].chain = None;
        assert_eq!(broken(head, &forged), Some((records[place].id, AuditFault::Unchained)));
    }
}

#[test]
fn what_is_removed_is_missing_wherever_it_was() {
    let (head, records) = audit(2, 6);
    for place in 2..records.len() {
        let mut forged = records.clone();
        let gone = forged.remove(place);
        assert_eq!(broken(head, &forged), Some((gone.id, AuditFault::Missing)));
        assert_eq!(broken(head, &records[..place]), Some((gone.id, AuditFault::Missing)));
        // With the numbers made to fit.
        for record in &mut forged[place..] {
            record.id -= 1;
        }
        let expected = if place + 1 == records.len() { AuditFault::Missing } else { AuditFault::Changed };
        assert_eq!(broken(head, &forged), Some((gone.id, expected)));
    }
    assert_eq!(broken(head, &records[..2]), Some((3, AuditFault::Missing)));
    assert_eq!(broken(head, &[]), Some((3, AuditFault::Missing)));
}

#[test]
fn what_is_exchanged_or_put_in_between_is_found() {
    let (head, records) = audit(0, 6);
    for place in 0..records.len() - 1 {
        let id = records[place].id;
        let mut forged = records.clone();
        forged.swap(place, place + 1);
        assert_eq!(broken(head, &forged), Some((id, AuditFault::Missing)), "the one behind comes first");
        let numbers = (forged[place + 1].id, forged[place].id);
        (forged[place].id, forged[place + 1].id) = numbers;
        assert_eq!(broken(head, &forged), Some((id, AuditFault::Changed)));
        let mut forged = records.clone();
        forged.insert(place + 1, records[place].clone());
        assert_eq!(broken(head, &forged), Some((id, AuditFault::Displaced)));
        // One of its own, with a value that fits the one before, and the numbers behind it made to fit.
        let before = ChainHead { first: Some(1), last: id, value: records[place].chain.unwrap() };
        forged[place + 1] = before.next(entry(99));
        for record in &mut forged[place + 2..] {
            record.id += 1;
        }
        let is_newest = id + 1 == head.last;
        let expected = if is_newest { (id + 1, AuditFault::Head) } else { (id + 2, AuditFault::Changed) };
        assert_eq!(broken(head, &forged), Some(expected));
    }
}

#[test]
fn a_chain_that_was_written_anew_does_not_end_where_the_store_says() {
    let (head, _) = audit(0, 6);
    let mut other = ChainHead::EMPTY;
    let forged: Vec<_> = (1..=6)
        .map(|number| {
            let record = other.next(entry(number + 50));
            other = other.after(&record);
            record
        })
        .collect();
    assert_eq!(broken(head, &forged), Some((6, AuditFault::Head)));
    // Whoever can write to the store can do that too: what proves it is a value that is kept somewhere else.
    assert_eq!(broken(other, &forged), None);
    assert_ne!(other.value, head.value);
}

#[test]
fn values_of_before_the_chain_are_not_believed() {
    let (head, mut records) = audit(3, 3);
    records[1].chain = Some(ChainValue([1; 32]));
    assert_eq!(broken(head, &records), Some((2, AuditFault::Displaced)));
}

#[test]
fn what_is_gone_by_rule_is_passed() {
    let (head, records) = audit(2, 8);
    let gone = |first: i64, last: i64| {
        let newest = records.iter().find(|record| record.id == last).unwrap();
        Gone { first, last, value: newest.chain }
    };
    let rule = [gone(1, 2), gone(3, 4), gone(5, 7)];
    let found = walk(head, &rule, &records[7..]);
    assert_eq!((found.checked, found.gone, found.broken), (3, 5, None));
    let found = walk(head, &[gone(1, 2), gone(3, 10)], &[]);
    assert_eq!((found.checked, found.gone, found.broken), (0, 8, None));
    // One more than by rule.
    assert_eq!(walk(head, &rule, &records[8..]).broken, Some((8, AuditFault::Missing)));
    // What follows has to fit what is gone.
    let other = Gone { value: Some(ChainValue([9; 32])), ..gone(5, 7) };
    let found = walk(head, &[gone(1, 4), other], &records[7..]);
    assert_eq!(found.broken, Some((8, AuditFault::Changed)));
}

#[test]
fn a_walk_goes_on_where_another_stopped() {
    let (head, records) = audit(2, 6);
    for stop in 0..records.len() {
        let mut first = ChainWalk::new(head, Vec::new(), ChainPlace::BEGINNING);
        records[..stop].iter().for_each(|record| first.see(record));
        let place: ChainPlace = first.so_far().place.to_string().parse().unwrap();
        let mut second = ChainWalk::new(head, Vec::new(), place);
        records[stop..].iter().for_each(|record| second.see(record));
        let (first, second) = (first.so_far(), second.end());
        assert_eq!((first.checked + second.checked, first.uncovered + second.uncovered), (6, 2));
        assert_eq!((first.broken, second.broken), (None, None), "{stop}");
    }
}

#[test]
fn an_entry_that_cannot_be_read_ends_a_walk() {
    let (head, records) = audit(0, 3);
    let mut walk = ChainWalk::new(head, Vec::new(), ChainPlace::BEGINNING);
    walk.see(&records[0]);
    walk.stop_at_unreadable();
    walk.see(&records[1]);
    let found = walk.end();
    assert_eq!((found.checked, found.broken), (1, Some((2, AuditFault::Unreadable))));
}

#[test]
fn a_place_is_read_as_it_is_written() {
    for wrong in ["", "7", "7:", "x:00", "7:00"] {
        assert_eq!(wrong.parse::<ChainPlace>(), Err(ChainPlaceError), "{wrong}");
    }
}

proptest! {
    /// Whatever is taken away, doubled or moved.
    #[test]
    fn no_other_list_of_the_same_entries_is_in_order(
        picks in prop::collection::vec(0_usize..8, 0..12),
    ) {
        let (head, records) = audit(0, 8);
        let forged: Vec<_> = picks.iter().map(|pick| records[*pick].clone()).collect();
        prop_assert_eq!(broken(head, &forged).is_none(), forged == records);
    }
}
