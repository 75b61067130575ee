//! Hooks, and the attributes for development, models, providers and credentials.

use super::{
    BOOL, COMMAND, FLAG, INT, LIST_OR_MAP, NUMBER, Names, Object, Rule, STR, Shape, TEXT, WORD_OR_WORDS,
    list, one_of, scalar,
};

pub(super) static HOOK: Object = Object::new(
    "hook",
    &[
        ("command", COMMAND),
        ("user", TEXT),
        ("privileged", FLAG),
        ("working_dir", TEXT),
        ("environment", LIST_OR_MAP),
    ],
)
.requiring(&["command"]);

pub(super) static DEVELOP: Object =
    Object::new("develop", &[("watch", list(&Shape::Object(&WATCH)))]).or_null();

static WATCH: Object = Object::new(
    "watch",
    &[
        ("ignore", WORD_OR_WORDS),
        ("include", WORD_OR_WORDS),
        ("path", TEXT),
        ("action", one_of(&["rebuild", "sync", "restart", "sync+restart", "sync+exec"])),
        ("target", TEXT),
        ("exec", Shape::Object(&HOOK)),
        ("initial_sync", scalar(BOOL, None, Rule::None)),
    ],
)
.requiring(&["path", "action"]);

pub(super) static PROVIDER: Object = Object::new(
    "provider",
    &[
        ("type", TEXT),
        (
            "options",
            Shape::Map { value: &Shape::Either(&[PROVIDER_VALUE, list(&PROVIDER_VALUE)]), names: Names::Any },
        ),
    ],
)
.requiring(&["type"]);

const PROVIDER_VALUE: Shape = scalar(STR | NUMBER | BOOL, None, Rule::None);

pub(super) static CREDENTIAL_SPEC: Object =
    Object::new("credential_spec", &[("config", TEXT), ("file", TEXT), ("registry", TEXT)]);

pub(super) static MODEL_USE: Object =
    Object::new("model_use", &[("endpoint_var", TEXT), ("model_var", TEXT)]).or_null();

pub(super) static MODEL: Object = Object::new(
    "model",
    &[
        ("name", TEXT),
        ("model", TEXT),
        ("context_size", scalar(INT, None, Rule::None)),
        ("runtime_flags", list(&TEXT)),
    ],
)
.requiring(&["model"]);
