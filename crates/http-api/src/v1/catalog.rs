//! The catalogue of the wizard.

use core_monitor_application::server::{
    Catalog, CatalogError, Entry, EntryOption, EntryText, OptionValue, Provision, Requirement, Secret,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::v1::message::MessageBody;
use crate::v1::words::{CatalogCategoryWord, CatalogKindWord, CatalogOptionKindWord, CatalogOriginWord};

pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod show;

/// What the wizard can put into a stack.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Catalog)]
pub(crate) struct CatalogBody {
    /// The entries, by category and name.
    items: Vec<EntryBody>,
    /// What is wrong with files of the catalogue's folder. Those files are left out.
    problems: Vec<EntryProblemBody>,
}

/// What is wrong with a file of the folder.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogProblem)]
pub(crate) struct EntryProblemBody {
    /// The name of the file.
    #[schema(example = "mine.yaml")]
    file: String,
    /// Line, from 1.
    #[schema(example = 3)]
    line: u32,
    /// Column in characters, from 1.
    #[schema(example = 5)]
    column: u32,
    /// What is wrong.
    message: MessageBody,
    /// What to try.
    hint: Option<MessageBody>,
}

impl From<CatalogError> for EntryProblemBody {
    fn from(error: CatalogError) -> Self {
        let CatalogError { span, message, hint } = error;
        let hint = hint.map(MessageBody::from);
        Self { file: span.file, line: span.line, column: span.column, message: message.into(), hint }
    }
}

/// A text in every language.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogText)]
pub(crate) struct TextBody {
    /// English.
    #[schema(example = "Relational database")]
    en: String,
    /// French.
    #[schema(example = "Base de données relationnelle")]
    fr: String,
}

impl From<&EntryText> for TextBody {
    fn from(text: &EntryText) -> Self {
        Self { en: text.en.clone(), fr: text.fr.clone() }
    }
}

/// A component, or an application of several.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogEntry)]
pub(crate) struct EntryBody {
    #[schema(example = "postgres")]
    id: String,
    #[schema(value_type = CatalogKindWord)]
    kind: &'static str,
    #[schema(value_type = CatalogCategoryWord)]
    category: &'static str,
    /// Its name, the same in every language.
    #[schema(example = "PostgreSQL")]
    name: String,
    summary: TextBody,
    /// The name of a drawing.
    #[schema(example = "postgres")]
    icon: Option<String>,
    #[schema(value_type = CatalogOriginWord)]
    origin: &'static str,
    /// Its versions, the usual one first; none if an option chooses the image.
    versions: Vec<CatalogVersionBody>,
    options: Vec<CatalogOptionBody>,
    /// What is generated when a stack is saved.
    secrets: Vec<CatalogSecretBody>,
    /// What other components can connect to.
    provides: Vec<ProvisionBody>,
    /// What it can be connected to.
    requires: Vec<RequirementBody>,
    /// Ports inside its containers that may be published.
    #[schema(example = json!([5432]))]
    ports: Vec<u16>,
    /// Whether applications can be deployed into it.
    #[schema(example = false)]
    deploys: bool,
}

/// A version of an entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogVersion)]
pub(crate) struct CatalogVersionBody {
    #[schema(example = "17")]
    id: String,
    #[schema(example = "postgres:17.6")]
    image: String,
}

/// Something to choose.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogOption)]
pub(crate) struct CatalogOptionBody {
    #[schema(example = "memory")]
    id: String,
    #[schema(value_type = CatalogOptionKindWord)]
    kind: &'static str,
    label: TextBody,
    help: Option<TextBody>,
    /// What it is if nothing is chosen.
    #[schema(value_type = Option<Value>, example = "512m")]
    default: Option<Value>,
    /// Whether it may have no value. Otherwise it has a default, or has to be chosen.
    #[schema(example = false)]
    optional: bool,
    /// Whether most people leave it as it is.
    #[schema(example = true)]
    advanced: bool,
    /// A regular expression for texts.
    #[schema(example = "^[a-z]+$")]
    pattern: Option<String>,
    /// The least: a number, a size or a duration.
    #[schema(value_type = Option<Value>, example = "128m")]
    min: Option<Value>,
    /// The most.
    #[schema(value_type = Option<Value>, example = "2g")]
    max: Option<Value>,
    /// The words of an `enum`.
    values: Vec<LabelledBody>,
}

/// A word with its name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogOptionValue)]
pub(crate) struct LabelledBody {
    #[schema(example = "tcp")]
    id: String,
    label: TextBody,
}

/// A generated secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogSecret)]
pub(crate) struct CatalogSecretBody {
    #[schema(example = "password")]
    id: String,
    label: TextBody,
}

/// Something that others can use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogProvision)]
pub(crate) struct ProvisionBody {
    #[schema(example = "database")]
    id: String,
    /// What it is. A requirement lists those it can use.
    #[schema(example = "postgres")]
    interface: String,
    label: TextBody,
}

/// Something that is needed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogRequirement)]
pub(crate) struct RequirementBody {
    #[schema(example = "database")]
    id: String,
    /// What it can use, the best first.
    #[schema(example = json!(["postgres", "mysql"]))]
    interfaces: Vec<String>,
    /// Whether it works without.
    #[schema(example = true)]
    optional: bool,
    label: TextBody,
}

impl EntryBody {
    /// An entry. An application offers what its main component does.
    pub(crate) fn of(catalog: &Catalog, entry: &Entry) -> Self {
        let offering = catalog.main_of(entry);
        let version = |version: &core_monitor_application::server::EntryVersion| CatalogVersionBody {
            id: version.id.clone(),
            image: version.image.clone(),
        };
        Self {
            id: entry.id.clone(),
            kind: entry.kind.as_str(),
            category: entry.category.as_str(),
            name: entry.name.clone(),
            summary: (&entry.summary).into(),
            icon: entry.icon.clone(),
            origin: entry.origin.as_str(),
            versions: entry.versions.iter().map(version).collect(),
            options: entry.options.iter().map(CatalogOptionBody::from).collect(),
            secrets: entry.secrets.iter().map(CatalogSecretBody::from).collect(),
            provides: offering.provides.iter().map(ProvisionBody::from).collect(),
            requires: entry.requires.iter().map(RequirementBody::from).collect(),
            ports: offering.ports(),
            deploys: offering.deploys(),
        }
    }
}

impl From<&EntryOption> for CatalogOptionBody {
    fn from(option: &EntryOption) -> Self {
        let labelled =
            |value: &OptionValue| LabelledBody { id: value.id.clone(), label: (&value.label).into() };
        Self {
            id: option.id.clone(),
            kind: option.kind.as_str(),
            label: (&option.label).into(),
            help: option.help.as_ref().map(TextBody::from),
            default: option.default.clone(),
            optional: option.optional,
            advanced: option.advanced,
            pattern: option.pattern.clone(),
            min: option.min.clone(),
            max: option.max.clone(),
            values: option.values.iter().map(labelled).collect(),
        }
    }
}

impl From<&Secret> for CatalogSecretBody {
    fn from(secret: &Secret) -> Self {
        Self { id: secret.id.clone(), label: (&secret.label).into() }
    }
}

impl From<&Provision> for ProvisionBody {
    fn from(provision: &Provision) -> Self {
        let Provision { id, interface, label, .. } = provision;
        Self { id: id.clone(), interface: interface.clone(), label: label.into() }
    }
}

impl From<&Requirement> for RequirementBody {
    fn from(requirement: &Requirement) -> Self {
        let Requirement { id, interfaces, optional, label, .. } = requirement;
        Self { id: id.clone(), interfaces: interfaces.clone(), optional: *optional, label: label.into() }
    }
}
