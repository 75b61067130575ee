//! [`TemplateStore`]: templates and their versions.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

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
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QueryTrait,
};

use crate::audit_log;
use crate::cell::{AsInteger, AsMillis, AsText};
use crate::database::Connections;
use crate::entity::{instance, stack_file, template, template_file, template_version};
use crate::rows;
use crate::saved_versions::insert_blob;
use crate::store_error::store_error;

/// Templates in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmTemplateStore {
    db: Arc<Connections>,
}

impl SeaOrmTemplateStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl TemplateStore for SeaOrmTemplateStore {
    async fn create(&self, new: NewTemplate) -> Result<SavedTemplate, TemplateError> {
        let tx = self.db.write().await?;
        if named(&*tx, &new.name).await?.is_some() {
            return Err(TemplateError::NameTaken { name: new.name });
        }
        let template = Template {
            id: new.id,
            name: new.name,
            latest_version: VersionNumber(1),
            created_by: new.version.author.clone(),
            created_at: new.version.now,
            updated_at: new.version.now,
        };
        let row = template::row(&template);
        template::Entity::insert(row).exec_without_returning(&*tx).await.map_err(store_error)?;
        let version = insert_version(&tx, &template, &new.version).await?;
        let entry = AuditEntry::template_created(&template.name, &new.version.author, new.version.now);
        audit_log::append(&*tx, entry).await?;
        tx.commit().await?;
        Ok(SavedTemplate { template, version })
    }

    async fn add_version(
        &self,
        template: &TemplateName,
        expected: Option<VersionNumber>,
        new: NewTemplateVersion,
    ) -> Result<SavedTemplate, TemplateError> {
        let tx = self.db.write().await?;
        let before = named(&*tx, template).await?.ok_or(TemplateError::NotFound)?;
        if expected.is_some_and(|expected| expected != before.latest_version) {
            return Err(TemplateError::PreconditionFailed { current: before.latest_version });
        }
        let number = VersionNumber(before.latest_version.0.saturating_add(1));
        let template = Template { latest_version: number, updated_at: new.now, ..before };
        let version = insert_version(&tx, &template, &new).await?;
        let change = template::ActiveModel {
            latest_version: Set(AsInteger(number)),
            updated_at: Set(AsMillis(new.now)),
            ..template::ActiveModel::default()
        };
        template::update(template.id, change).exec(&*tx).await.map_err(store_error)?;
        let entry = AuditEntry::template_changed(&template.name, &new.author, new.now);
        audit_log::append(&*tx, entry).await?;
        tx.commit().await?;
        Ok(SavedTemplate { template, version })
    }

    async fn delete(&self, template: &TemplateName, by: &Actor, now: Timestamp) -> Result<(), TemplateError> {
        let tx = self.db.write().await?;
        let template = named(&*tx, template).await?.ok_or(TemplateError::NotFound)?;
        let instances = instance::of(template.id).count(&*tx).await.map_err(store_error)?;
        if instances > 0 {
            return Err(TemplateError::InUse { instances });
        }
        let change = template::ActiveModel {
            deleted_at: Set(Some(AsMillis(now))),
            ..template::ActiveModel::default()
        };
        template::update(template.id, change).exec(&*tx).await.map_err(store_error)?;
        audit_log::append(&*tx, AuditEntry::template_deleted(&template.name, by, now)).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn find(&self, name: &TemplateName) -> Result<Option<Template>, StoreError> {
        named(self.db.reader(), name).await
    }

    async fn list(
        &self,
        after: Option<TemplateName>,
        limit: u32,
    ) -> Result<Page<ListedTemplate>, StoreError> {
        let tx = self.db.read().await?;
        let query = template::listed()
            .apply_if(after, |query, after| query.filter(template::Column::Name.gt(AsText(after))))
            .order_by_asc(template::Column::Name);
        let Page { items, more } = rows::page::<template::Listed>(&tx, query, limit).await?;
        let latest = template_version::latest_of(items.iter().map(|(template, _)| template.id));
        let latest = rows::list::<template_version::Model>(&tx, latest).await?;
        let mut latest: HashMap<TemplateId, TemplateVersion> =
            latest.into_iter().map(|version| (version.template, version)).collect();
        let mut listed = Vec::with_capacity(items.len());
        for (template, instances) in items {
            let latest = latest.remove(&template.id).ok_or_else(|| lost(&template))?;
            listed.push(ListedTemplate { template, latest, instances });
        }
        Ok(Page { items: listed, more })
    }

    async fn find_version(
        &self,
        template: TemplateId,
        version: VersionNumber,
    ) -> Result<Option<TemplateVersion>, StoreError> {
        let query = template_version::one(template, version);
        rows::find::<template_version::Model>(self.db.reader(), query).await
    }

    async fn list_versions(
        &self,
        template: TemplateId,
        before: Option<VersionNumber>,
        limit: u32,
    ) -> Result<Page<TemplateVersion>, StoreError> {
        let query = template_version::of(template)
            .apply_if(before, |query, before| {
                query.filter(template_version::Column::Version.lt(AsInteger(before)))
            })
            .order_by_desc(template_version::Column::Version);
        rows::page::<template_version::Model>(self.db.reader(), query, limit).await
    }

    async fn source(
        &self,
        template: TemplateId,
        version: VersionNumber,
    ) -> Result<Option<Source>, StoreError> {
        let tx = self.db.read().await?;
        let parts = template_version::parts(template, version);
        let parts = rows::find::<template_version::Parts>(&tx, parts).await?;
        let Some((compose_files, variables)) = parts else { return Ok(None) };
        let contents = template_file::contents(template, version);
        let mut files = BTreeMap::new();
        for (path, file) in rows::list::<template_file::Content>(&tx, contents).await? {
            files.insert(path, stack_file::checked(file)?);
        }
        Ok(Some(Source { compose_files, files, variables, ..Source::default() }))
    }

    async fn list_files(
        &self,
        template: TemplateId,
        version: VersionNumber,
    ) -> Result<Vec<FileEntry>, StoreError> {
        let query = template_file::entries(template, version);
        rows::list::<template_file::Entry>(self.db.reader(), query).await
    }

    async fn read_file(
        &self,
        template: TemplateId,
        version: VersionNumber,
        path: &str,
    ) -> Result<Option<SourceFile>, StoreError> {
        let query = template_file::content(template, version, path);
        let found = rows::find::<template_file::Content>(self.db.reader(), query).await?;
        found.map(|(_, file)| stack_file::checked(file)).transpose()
    }
}

/// The template called `name`, unless it is deleted.
async fn named(db: &impl ConnectionTrait, name: &TemplateName) -> Result<Option<Template>, StoreError> {
    rows::find::<template::Model>(db, template::live_by_name(name)).await
}

/// Stores the newest version of `template` with its files, whose list its row closes.
async fn insert_version(
    tx: &DatabaseTransaction,
    template: &Template,
    new: &NewTemplateVersion,
) -> Result<TemplateVersion, StoreError> {
    let version = new.numbered(template.id, template.latest_version);
    for (path, file) in &new.source.files {
        insert_blob(tx, file).await?;
        let row = template_file::row(&version, path, file);
        template_file::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
    }
    let row = template_version::row(&version, &new.source)?;
    template_version::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
    Ok(version)
}

fn lost(template: &Template) -> StoreError {
    let what = format!("table `template`, row `{}`: its newest version is gone", template.id);
    StoreError::Corrupt { what, source: None }
}
