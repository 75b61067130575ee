//! `configs` and `secrets`, at top level and of services.

use super::top_level::EXTERNAL;
use super::{LIST_OR_MAP, NUMBER, OPTIONS, Object, Rule, STR, Shape, TEXT, scalar};

/// Configs or secrets of a service: names, or long forms.
pub(super) const FILE_REFERENCES: Shape =
    Shape::List { item: &Shape::Either(&[TEXT, Shape::Object(&FILE_REFERENCE)]), unique: false };

static FILE_REFERENCE: Object = Object::new(
    "file_reference",
    &[
        ("source", TEXT),
        ("target", TEXT),
        ("uid", TEXT),
        ("gid", TEXT),
        ("mode", scalar(NUMBER | STR, None, Rule::None)),
    ],
);

pub(super) static CONFIG: Object = Object::new(
    "config",
    &[
        ("name", TEXT),
        ("content", TEXT),
        ("environment", TEXT),
        ("file", TEXT),
        ("external", EXTERNAL),
        ("labels", LIST_OR_MAP),
        ("template_driver", TEXT),
    ],
);

pub(super) static SECRET: Object = Object::new(
    "secret",
    &[
        ("name", TEXT),
        ("environment", TEXT),
        ("file", TEXT),
        ("external", EXTERNAL),
        ("labels", LIST_OR_MAP),
        ("driver", TEXT),
        ("driver_opts", OPTIONS),
        ("template_driver", TEXT),
    ],
);
