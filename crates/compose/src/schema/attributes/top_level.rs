//! The top level of a file, `include`, networks and volumes.

use super::files::{CONFIG, SECRET};
use super::lifecycle::MODEL;
use super::service::SERVICE;
use super::{
    FLAG, LAST_LIST_OR_MAP, LIST_OR_MAP, Names, OPTIONS, Object, Shape, TEXT, WORD_OR_WORDS, list, map, named,
};

pub(crate) static PROJECT: Object = Object::new(
    "project",
    &[
        ("version", TEXT),
        ("name", TEXT),
        ("services", named(&Shape::Object(&SERVICE))),
        ("networks", Shape::Map { value: &Shape::Object(&NETWORK), names: Names::Others }),
        ("volumes", named(&Shape::Object(&VOLUME))),
        ("configs", named(&Shape::Object(&CONFIG))),
        ("secrets", named(&Shape::Object(&SECRET))),
        ("models", map(&Shape::Object(&MODEL))),
        ("include", list(&Shape::Either(&[TEXT, Shape::Object(&INCLUDE)]))),
    ],
);

/// An included compose file.
static INCLUDE: Object = Object::new(
    "include",
    &[("path", WORD_OR_WORDS), ("env_file", WORD_OR_WORDS), ("project_directory", TEXT)],
)
.closed();

static NETWORK: Object = Object::new(
    "network",
    &[
        ("name", TEXT),
        ("driver", TEXT),
        ("driver_opts", OPTIONS),
        ("ipam", Shape::Object(&IPAM)),
        ("external", EXTERNAL),
        ("internal", FLAG),
        ("enable_ipv4", FLAG),
        ("enable_ipv6", FLAG),
        ("attachable", FLAG),
        ("labels", LAST_LIST_OR_MAP),
    ],
)
.or_null();

static IPAM: Object = Object::new(
    "ipam",
    &[("driver", TEXT), ("config", list(&Shape::Object(&POOL))), ("options", map(&TEXT))],
);

static POOL: Object = Object::new(
    "pool",
    &[("subnet", TEXT), ("ip_range", TEXT), ("gateway", TEXT), ("aux_addresses", map(&TEXT))],
);

static VOLUME: Object = Object::new(
    "volume",
    &[
        ("name", TEXT),
        ("driver", TEXT),
        ("driver_opts", OPTIONS),
        ("external", EXTERNAL),
        ("labels", LIST_OR_MAP),
    ],
)
.or_null();

/// A boolean, or the old form `{name: ...}`.
pub(super) const EXTERNAL: Shape = Shape::Either(&[FLAG, Shape::Object(&EXTERNAL_NAME)]);

static EXTERNAL_NAME: Object = Object::new("external_name", &[("name", TEXT)]);
