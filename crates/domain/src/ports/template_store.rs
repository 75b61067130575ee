//! Templates and their versions.

use async_trait::async_trait;

use super::{Page, StoreError};
use crate::actor::Actor;
use crate::ids::{TemplateId, VersionNumber};
use crate::names::TemplateName;
use crate::stack_version::{FileEntry, Source, SourceFile};
use crate::template::{Declaration, Template, TemplateVersion};
use crate::time::Timestamp;
use core_monitor_compose::Diagnostic;

/// Stores templates. What changes them is in the audit, which each of these writes adds to.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait TemplateStore: Send + Sync {
    /// Saves a template with its version 1.
    async fn create(&self, template: NewTemplate) -> Result<SavedTemplate, TemplateError>;

    /// Saves the next version. An unchanged source also creates one, since people save on purpose. With `expected`, only after
    /// that version.
    async fn add_version(
        &self,
        template: &TemplateName,
        expected: Option<VersionNumber>,
        version: NewTemplateVersion,
    ) -> Result<SavedTemplate, TemplateError>;

    /// Deletes a template that has no instances. Its name is free again; its versions are kept for the history.
    async fn delete(&self, template: &TemplateName, by: &Actor, now: Timestamp) -> Result<(), TemplateError>;

    /// A template that is not deleted.
    async fn find(&self, name: &TemplateName) -> Result<Option<Template>, StoreError>;

    /// Templates that are not deleted, by name, each with its newest version and the number of its instances; at most `limit`
    /// after the name `after`.
    async fn list(&self, after: Option<TemplateName>, limit: u32)
    -> Result<Page<ListedTemplate>, StoreError>;

    /// One version.
    async fn find_version(
        &self,
        template: TemplateId,
        version: VersionNumber,
    ) -> Result<Option<TemplateVersion>, StoreError>;

    /// Versions, newest first, older than `before`.
    async fn list_versions(
        &self,
        template: TemplateId,
        before: Option<VersionNumber>,
        limit: u32,
    ) -> Result<Page<TemplateVersion>, StoreError>;

    /// All of a version: its files, which of them are compose files, and its variables.
    async fn source(
        &self,
        template: TemplateId,
        version: VersionNumber,
    ) -> Result<Option<Source>, StoreError>;

    /// The files of a version, sorted by path. Empty if there is no such version.
    async fn list_files(
        &self,
        template: TemplateId,
        version: VersionNumber,
    ) -> Result<Vec<FileEntry>, StoreError>;

    /// One file of a version.
    async fn read_file(
        &self,
        template: TemplateId,
        version: VersionNumber,
        path: &str,
    ) -> Result<Option<SourceFile>, StoreError>;
}

/// A template in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedTemplate {
    /// The template.
    pub template: Template,
    /// Its newest version.
    pub latest: TemplateVersion,
    /// How many instances it has.
    pub instances: u64,
}

/// A template to be saved.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTemplate {
    /// Its identity, from the id source.
    pub id: TemplateId,
    /// Its name, unique.
    pub name: TemplateName,
    /// Its first version.
    pub version: NewTemplateVersion,
}

/// A version to be saved, already read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTemplateVersion {
    /// Who saves it.
    pub author: Actor,
    /// Why.
    pub comment: String,
    /// The source, without secrets: those of a template are parameters.
    pub source: Source,
    /// What its compose file declares.
    pub declaration: Declaration,
    /// The loader's warnings.
    pub warnings: Vec<Diagnostic>,
    /// Now.
    pub now: Timestamp,
}

impl NewTemplateVersion {
    /// The version with this number.
    pub fn numbered(&self, template: TemplateId, version: VersionNumber) -> TemplateVersion {
        TemplateVersion {
            template,
            version,
            author: self.author.clone(),
            created_at: self.now,
            comment: self.comment.clone(),
            content_hash: self.source.content_hash(),
            variables: self.source.variables.clone(),
            declaration: self.declaration.clone(),
            warnings: self.warnings.clone(),
        }
    }
}

/// A saved version of a template.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedTemplate {
    /// The template afterwards.
    pub template: Template,
    /// The version.
    pub version: TemplateVersion,
}

/// Why a template was not written.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// Another template has that name.
    #[error("a template called `{name}` already exists")]
    NameTaken {
        /// The name.
        name: TemplateName,
    },
    /// The template does not exist or is deleted.
    #[error("the template does not exist")]
    NotFound,
    /// The template has changed since the caller read it.
    #[error("the template has changed and is now at version {current}")]
    PreconditionFailed {
        /// Its newest version.
        current: VersionNumber,
    },
    /// It has instances.
    #[error("the template has {instances} instances")]
    InUse {
        /// How many.
        instances: u64,
    },
    /// A store error.
    #[error(transparent)]
    Store(#[from] StoreError),
}
