//! [`TemplateStore`] in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::{TemplateId, VersionNumber};
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::ports::{
    ListedTemplate, NewTemplate, NewTemplateVersion, Page, SavedTemplate, StoreError, TemplateError,
    TemplateStore,
};
use core_monitor_domain::stack_version::{FileEntry, Source, SourceFile};
use core_monitor_domain::template::{Template, TemplateVersion};
use core_monitor_domain::time::Timestamp;

use super::command_queue::page;
use super::instance_store::of_template;
use super::state::State;
use super::{SimDatabase, refused};

/// The tables of templates.
#[derive(Debug, Default)]
pub(super) struct TemplateTables {
    templates: BTreeMap<TemplateId, StoredTemplate>,
    versions: BTreeMap<(TemplateId, VersionNumber), StoredVersion>,
}

#[derive(Debug)]
struct StoredTemplate {
    template: Template,
    is_deleted: bool,
}

#[derive(Debug)]
struct StoredVersion {
    version: TemplateVersion,
    source: Source,
}

impl TemplateTables {
    /// Whether the template is not deleted and has this version.
    pub(super) fn has(&self, template: TemplateId, version: VersionNumber) -> bool {
        self.templates.get(&template).is_some_and(|stored| !stored.is_deleted)
            && self.versions.contains_key(&(template, version))
    }

    /// The templates that are not deleted.
    fn live(&self) -> impl Iterator<Item = &Template> {
        self.templates.values().filter(|stored| !stored.is_deleted).map(|stored| &stored.template)
    }

    fn named(&self, name: &TemplateName) -> Option<&Template> {
        self.live().find(|template| template.name == *name)
    }

    /// The name of a template that is not deleted.
    pub(super) fn name(&self, template: TemplateId) -> Option<&TemplateName> {
        let stored = self.templates.get(&template).filter(|stored| !stored.is_deleted);
        stored.map(|stored| &stored.template.name)
    }

    fn source(&self, template: TemplateId, version: VersionNumber) -> Option<&Source> {
        self.versions.get(&(template, version)).map(|stored| &stored.source)
    }

    /// Stores the newest version of a template, and the template itself.
    fn save(&mut self, template: Template, new: NewTemplateVersion) -> SavedTemplate {
        let version = new.numbered(template.id, template.latest_version);
        let Source { compose_files, files, variables, .. } = new.source;
        let source = Source { compose_files, files, variables, ..Source::default() };
        let stored = StoredVersion { version: version.clone(), source };
        self.versions.insert((template.id, version.version), stored);
        let stored = StoredTemplate { template: template.clone(), is_deleted: false };
        self.templates.insert(template.id, stored);
        SavedTemplate { template, version }
    }
}

/// Templates in memory.
#[derive(Debug, Clone)]
pub struct SimTemplateStore {
    db: SimDatabase,
}

impl SimTemplateStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl TemplateStore for SimTemplateStore {
    async fn create(&self, new: NewTemplate) -> Result<SavedTemplate, TemplateError> {
        self.db.write("TemplateStore::create", |state| {
            if state.templates.named(&new.name).is_some() {
                return Err(TemplateError::NameTaken { name: new.name });
            }
            if state.templates.templates.contains_key(&new.id) {
                return Err(refused(format_args!("the template id `{}` is taken", new.id)).into());
            }
            let template = Template {
                id: new.id,
                name: new.name,
                latest_version: VersionNumber(1),
                created_by: new.version.author.clone(),
                created_at: new.version.now,
                updated_at: new.version.now,
            };
            let saved = state.templates.save(template, new.version);
            let (author, now) = (&saved.version.author, saved.version.created_at);
            state.audit(AuditEntry::template_created(&saved.template.name, author, now));
            Ok(saved)
        })
    }

    async fn add_version(
        &self,
        template: &TemplateName,
        expected: Option<VersionNumber>,
        new: NewTemplateVersion,
    ) -> Result<SavedTemplate, TemplateError> {
        self.db.write("TemplateStore::add_version", |state| {
            let before = state.templates.named(template).cloned().ok_or(TemplateError::NotFound)?;
            if expected.is_some_and(|expected| expected != before.latest_version) {
                return Err(TemplateError::PreconditionFailed { current: before.latest_version });
            }
            let latest_version = VersionNumber(before.latest_version.0 + 1);
            let template = Template { latest_version, updated_at: new.now, ..before };
            let saved = state.templates.save(template, new);
            let (author, now) = (&saved.version.author, saved.version.created_at);
            state.audit(AuditEntry::template_changed(&saved.template.name, author, now));
            Ok(saved)
        })
    }

    async fn delete(&self, template: &TemplateName, by: &Actor, now: Timestamp) -> Result<(), TemplateError> {
        self.db.write("TemplateStore::delete", |state| {
            let id = state.templates.named(template).map(|found| found.id).ok_or(TemplateError::NotFound)?;
            let instances = of_template(state, id);
            if instances > 0 {
                return Err(TemplateError::InUse { instances });
            }
            if let Some(stored) = state.templates.templates.get_mut(&id) {
                stored.is_deleted = true;
            }
            state.key_lists.remove(&id);
            state.rollouts.remove(&id);
            state.audit(AuditEntry::template_deleted(template, by, now));
            Ok(())
        })
    }

    async fn find(&self, name: &TemplateName) -> Result<Option<Template>, StoreError> {
        self.db.read("TemplateStore::find", |state| Ok(state.templates.named(name).cloned()))
    }

    async fn list(
        &self,
        after: Option<TemplateName>,
        limit: u32,
    ) -> Result<Page<ListedTemplate>, StoreError> {
        self.db.read("TemplateStore::list", |state| {
            let is_wanted = |template: &&Template| after.as_ref().is_none_or(|after| template.name > *after);
            let mut templates: Vec<_> = state.templates.live().filter(is_wanted).collect();
            templates.sort_by(|one, other| one.name.cmp(&other.name));
            Ok(page(templates.into_iter().filter_map(|template| listed(state, template)), limit))
        })
    }

    async fn find_version(
        &self,
        template: TemplateId,
        version: VersionNumber,
    ) -> Result<Option<TemplateVersion>, StoreError> {
        self.db.read("TemplateStore::find_version", |state| {
            let found = state.templates.versions.get(&(template, version));
            Ok(found.map(|stored| stored.version.clone()))
        })
    }

    async fn list_versions(
        &self,
        template: TemplateId,
        before: Option<VersionNumber>,
        limit: u32,
    ) -> Result<Page<TemplateVersion>, StoreError> {
        self.db.read("TemplateStore::list_versions", |state| {
            let versions = state.templates.versions.values().rev().map(|stored| &stored.version);
            let wanted = versions.filter(|version| {
                version.template == template && before.is_none_or(|before| version.version < before)
            });
            Ok(page(wanted.cloned(), limit))
        })
    }

    async fn source(
        &self,
        template: TemplateId,
        version: VersionNumber,
    ) -> Result<Option<Source>, StoreError> {
        self.db.read("TemplateStore::source", |state| Ok(state.templates.source(template, version).cloned()))
    }

    async fn list_files(
        &self,
        template: TemplateId,
        version: VersionNumber,
    ) -> Result<Vec<FileEntry>, StoreError> {
        self.db.read("TemplateStore::list_files", |state| {
            Ok(state.templates.source(template, version).map(Source::entries).unwrap_or_default())
        })
    }

    async fn read_file(
        &self,
        template: TemplateId,
        version: VersionNumber,
        path: &str,
    ) -> Result<Option<SourceFile>, StoreError> {
        self.db.read("TemplateStore::read_file", |state| {
            let source = state.templates.source(template, version);
            Ok(source.and_then(|source| source.files.get(path)).cloned())
        })
    }
}

/// A template with its newest version, which every template has.
fn listed(state: &State, template: &Template) -> Option<ListedTemplate> {
    let latest = state.templates.versions.get(&(template.id, template.latest_version))?;
    Some(ListedTemplate {
        template: template.clone(),
        latest: latest.version.clone(),
        instances: of_template(state, template.id),
    })
}
