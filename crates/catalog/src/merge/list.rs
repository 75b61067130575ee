//! Changes of lists whose order means nothing.

use core_monitor_compose::document::Item;
use core_monitor_compose::outline::{Content, Entry, Node};
use serde_json::Value as Json;

use super::{Left, Merge, Spot};
use crate::fill::value_of;

/// Lists that are read in their order, and so are changed as a whole.
pub(super) fn is_ordered(key: &str) -> bool {
    matches!(key, "command" | "entrypoint" | "test")
}

impl<'a> Merge<'a> {
    pub(super) fn list(&mut self, spot: Spot<'_>, known: &'a Entry, old: &Item, new: &Item) -> Left {
        let (old, new) = (items(old), items(new));
        let written: Vec<Option<Json>> = known.value.items().iter().map(Node::to_json).collect();
        let gone = missing(&old, &new);
        // What the file already has is not added again.
        let added: Vec<Item> =
            missing(&new, &old).into_iter().filter(|item| !written.contains(&Some(value_of(item)))).collect();
        let found: Vec<Option<usize>> = gone
            .iter()
            .map(|item| written.iter().position(|written| *written == Some(value_of(item))))
            .collect();
        if found.contains(&None) && !added.is_empty() && !self.overwrite.contains(spot.path) {
            self.edited(spot, known.at.line);
            return Left::Something;
        }
        let found: Vec<usize> = found.into_iter().flatten().collect();
        if found.len() == added.len() && added.iter().all(is_inline) {
            for (index, item) in found.iter().zip(&added) {
                self.patch.exchange(&known.value.items()[*index], item);
            }
            return Left::Something;
        }
        if found.len() == written.len() {
            if added.is_empty() {
                return Left::Nothing;
            }
            self.patch.set(known, &Item::List(added), spot.in_brackets);
            return Left::Something;
        }
        for index in found {
            self.patch.pull(&known.value, index);
        }
        debug_assert!(matches!(known.value.content, Content::List(..)));
        self.patch.push(&known.value, &added);
        Left::Something
    }
}

fn items(list: &Item) -> Vec<Item> {
    match list {
        Item::List(items) => items.clone(),
        Item::Words(words) => words.iter().cloned().map(Item::Text).collect(),
        _ => Vec::new(),
    }
}

/// The items of the first list that the second has not.
fn missing(all: &[Item], others: &[Item]) -> Vec<Item> {
    all.iter().filter(|item| !others.iter().any(|other| value_of(other) == value_of(item))).cloned().collect()
}

fn is_inline(item: &Item) -> bool {
    matches!(item, Item::Text(text) if !text.contains('\n'))
        || matches!(item, Item::Number(_) | Item::Flag(_))
}
