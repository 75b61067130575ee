//! `build`.

use super::files::FILE_REFERENCES;
use super::service::ULIMITS;
use super::{
    BOOL, EXTRA_HOSTS, FLAG, INT, LAST_LIST_OR_MAP, LIST_OR_MAP, Object, Rule, STR, Shape, TEXT, list, scalar,
};

pub(super) static BUILD: Object = Object::new(
    "build",
    &[
        ("context", TEXT),
        ("dockerfile", TEXT),
        ("dockerfile_inline", TEXT),
        ("entitlements", list(&TEXT)),
        ("args", LAST_LIST_OR_MAP),
        ("ssh", LIST_OR_MAP),
        ("labels", LAST_LIST_OR_MAP),
        ("cache_from", list(&TEXT)),
        ("cache_to", list(&TEXT)),
        ("no_cache", FLAG),
        ("additional_contexts", LAST_LIST_OR_MAP),
        ("network", TEXT),
        ("provenance", ATTESTATION),
        ("sbom", ATTESTATION),
        ("pull", FLAG),
        ("target", TEXT),
        ("shm_size", scalar(INT | STR, None, Rule::None)),
        ("extra_hosts", EXTRA_HOSTS),
        ("isolation", TEXT),
        ("privileged", FLAG),
        ("secrets", FILE_REFERENCES),
        ("tags", list(&TEXT)),
        ("ulimits", ULIMITS),
        ("platforms", list(&TEXT)),
    ],
);

/// On, off, or parameters.
const ATTESTATION: Shape = scalar(BOOL | STR, None, Rule::None);
