//! Choices that become a definition.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_application::server::{Choice, Choices, NoWizard, Sleep, Wizard, WizardProblem};
use core_monitor_domain::ids::{StackId, VersionNumber};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::v1::message::MessageBody;

pub(crate) mod draft;
pub(crate) mod open;
pub(crate) mod save;

/// Longest list of paths to overwrite.
const MOST_PATHS: usize = 500;

/// What a person chose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WizardRequest)]
pub(crate) struct WizardBody {
    /// The name of the stack. With a base it is that of its stack.
    #[schema(example = "shop")]
    name: String,
    /// The version to edit; null for a new stack.
    #[serde(default)]
    base: Option<BaseBody>,
    /// The components, in the order they are written.
    components: Vec<ComponentBody>,
    /// Paths of the compose file where the choice wins over a change by hand, as a problem names them.
    #[serde(default)]
    #[schema(example = json!(["services.db.mem_limit"]))]
    overwrite: Vec<String>,
}

/// A version of a stack.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WizardBase)]
pub(crate) struct BaseBody {
    #[schema(example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: Uuid,
    #[schema(example = 1)]
    version: u32,
}

/// A component of the stack.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WizardComponent)]
pub(crate) struct ComponentBody {
    /// The id of its entry.
    #[schema(example = "postgres")]
    entry: String,
    /// Its name in the stack, and the name of its main service.
    #[serde(rename = "as")]
    #[schema(example = "db")]
    name: String,
    /// The id of its version; the usual one if null.
    #[serde(default)]
    #[schema(example = "17")]
    version: Option<String>,
    /// The image in place of that of the version, such as that of a mirror; only for entries with versions.
    #[serde(default)]
    #[schema(example = json!(null))]
    image: Option<String>,
    /// The values of options, by id.
    #[serde(default)]
    #[schema(example = json!({"database": "shop"}))]
    options: BTreeMap<String, Value>,
    /// The components it is connected to: the name, by requirement.
    #[serde(default)]
    #[schema(example = json!({}))]
    connect: BTreeMap<String, String>,
    /// How its main service wakes and sleeps; it runs all the time if null. Not for applications, whose components are chosen
    /// one by one.
    #[serde(default)]
    sleep: Option<SleepBody>,
}

/// How a component wakes at its first request and sleeps when nobody uses it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WizardSleep)]
pub(crate) struct SleepBody {
    /// The hosts whose requests wake it.
    #[schema(example = json!(["shop.example.org"]), min_items = 1, max_items = 20)]
    hosts: Vec<String>,
    /// Where it listens in its container; its only port if null.
    #[serde(default)]
    #[schema(example = 8080, minimum = 1, maximum = 65535)]
    port: Option<u16>,
    /// After how long without a use it sleeps; ten minutes if null.
    #[serde(default)]
    #[schema(example = "10m")]
    idle_timeout: Option<String>,
    /// How its waiting page looks; `plain` if null.
    #[serde(default)]
    #[schema(example = "plain")]
    theme: Option<String>,
    /// Who may wake it: `anyone`, or `authenticated` for those with a token of Core Monitor; `anyone` if null.
    #[serde(default)]
    #[schema(example = "anyone")]
    wake: Option<String>,
}

/// How a component that a file records wakes and sleeps.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WizardChosenSleep)]
pub(crate) struct ChosenSleepBody {
    /// The hosts whose requests wake it.
    #[schema(example = json!(["shop.example.org"]))]
    hosts: Vec<String>,
    /// Where it listens in its container; its only port if null.
    #[schema(example = 8080)]
    port: Option<u16>,
    /// After how long without a use it sleeps.
    #[schema(example = "10m")]
    idle_timeout: Option<String>,
    /// How its waiting page looks.
    #[schema(example = "plain")]
    theme: Option<String>,
    /// Who may wake it.
    #[schema(example = json!(null))]
    wake: Option<String>,
}

impl From<Sleep> for ChosenSleepBody {
    fn from(sleep: Sleep) -> Self {
        let Sleep { hosts, port, idle_timeout, theme, wake } = sleep;
        Self { hosts, port, idle_timeout, theme, wake }
    }
}

impl From<SleepBody> for Sleep {
    fn from(body: SleepBody) -> Self {
        let SleepBody { hosts, port, idle_timeout, theme, wake } = body;
        Self { hosts, port, idle_timeout, theme, wake }
    }
}

/// A component that a file records.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WizardChoice)]
pub(crate) struct ChoiceBody {
    /// The id of its entry.
    #[schema(example = "postgres")]
    entry: String,
    /// Its name in the stack.
    #[serde(rename = "as")]
    #[schema(example = "db")]
    name: String,
    /// The id of its version.
    #[schema(example = "17")]
    version: Option<String>,
    /// The image in place of that of the version; null for that of the version.
    #[schema(example = json!(null))]
    image: Option<String>,
    /// The values of options that are not usual, by id.
    #[schema(example = json!({"database": "shop"}))]
    options: BTreeMap<String, Value>,
    /// The components it is connected to: the name, by requirement.
    #[schema(example = json!({}))]
    connect: BTreeMap<String, String>,
    /// How its main service wakes and sleeps; null if it runs all the time.
    sleep: Option<ChosenSleepBody>,
}

impl From<Choice> for ChoiceBody {
    fn from(choice: Choice) -> Self {
        let Choice { entry, name, version, image, options, connect, sleep } = choice;
        let sleep = sleep.map(ChosenSleepBody::from);
        Self { entry, name, version, image, options, connect, sleep }
    }
}

/// What is wrong with the choices.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WizardProblem)]
pub(crate) struct WizardProblemBody {
    /// The stable code: that of the message.
    #[schema(example = "wizard_option_missing")]
    code: String,
    /// A JSON pointer into the request; empty for the whole of it.
    #[schema(example = "/components/1/options/port")]
    pointer: String,
    /// What is wrong.
    message: MessageBody,
    /// What to try.
    hint: Option<MessageBody>,
}

impl From<WizardProblem> for WizardProblemBody {
    fn from(problem: WizardProblem) -> Self {
        let WizardProblem { pointer, message, hint } = problem;
        let code = message.code().to_owned();
        Self { code, pointer, message: message.into(), hint: hint.map(MessageBody::from) }
    }
}

impl WizardBody {
    /// The choices.
    fn read(self) -> Result<Wizard, Problem> {
        if self.overwrite.len() > MOST_PATHS {
            return Err(Problem::new(
                ErrorCode::InvalidRequest,
                said::too_many_overwritten_paths(MOST_PATHS),
            ));
        }
        let component = |body: ComponentBody| {
            let ComponentBody { entry, name, version, image, options, connect, sleep } = body;
            let sleep = sleep.map(Sleep::from);
            Choice { entry, name, version, image, options, connect, sleep }
        };
        Ok(Wizard {
            name: self.name,
            base: self.base.map(|base| (StackId(base.stack_id), VersionNumber(base.version))),
            choices: Choices { components: self.components.into_iter().map(component).collect() },
            overwrite: self.overwrite.into_iter().collect::<BTreeSet<String>>(),
        })
    }
}

impl From<NoWizard> for Problem {
    fn from(error: NoWizard) -> Self {
        match error {
            NoWizard::StackNotFound => crate::refusal::stack_not_found(),
            NoWizard::VersionNotFound(_) => crate::refusal::version_not_found(),
            NoWizard::Name(error) => error.into(),
            NoWizard::Store(error) => error.into(),
        }
    }
}
