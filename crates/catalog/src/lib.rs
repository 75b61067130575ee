#![doc = include_str!("../README.md")]

mod catalog;
mod choice;
mod condition;
mod connect;
mod edit;
mod entry;
mod fields;
mod fill;
mod graph;
mod import;
mod interface;
mod mark;
mod merge;
mod option;
mod origin;
mod part;
mod print;
mod problem;
mod quantity;
mod read;
mod render;
mod said;
mod sleep;
mod template;
mod templates;
mod token;
mod words;

pub use catalog::{Catalog, Limits};
pub use choice::{Choice, Choices};
pub use edit::{Edited, Opened, edit, open};
pub use entry::{
    Alphabet, Category, Entry, Generate, Kind, Origin, Provision, Requirement, Secret, Text, Version,
};
pub use graph::{Edge, Graph, Link, Node, NodeKind, graph};
pub use import::{ConvertedTemplate, Imported, ImportedEntry, SkippedTemplate, convert_templates, import};
pub use interface::{Interface, interfaces};
pub use option::{EntryOption, OptionKind, OptionValue};
pub use origin::{Wrote, origin};
pub use print::print;
pub use problem::{EntryError, Problem};
pub use render::{Rendered, Variable, render};
pub use sleep::Sleep;
pub use templates::templates;
