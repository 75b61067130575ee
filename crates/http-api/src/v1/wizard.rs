//! Choices that become a definition.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_application::server::{Choice, Choices, NoWizard, Wizard, WizardProblem};
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
}

impl From<Choice> for ChoiceBody {
    fn from(choice: Choice) -> Self {
        let Choice { entry, name, version, image, options, connect } = choice;
        Self { entry, name, version, image, options, connect }
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
            let ComponentBody { entry, name, version, image, options, connect } = body;
            Choice { entry, name, version, image, options, connect }
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
