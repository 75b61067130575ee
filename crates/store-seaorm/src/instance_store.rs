//! [`InstanceStore`]: instances of templates, and the ports of the host that they have.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::{StackId, TemplateId, VersionNumber};
use core_monitor_domain::names::InstanceKey;
use core_monitor_domain::ports::{
    InstanceChange, InstanceFilter, InstanceStore, LaunchError, Launched, NewInstance, NewStack, NewVersion,
    Page, StoreError,
};
use core_monitor_domain::template::{Instance, MadeFrom, ParameterName};
use core_monitor_domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QueryTrait,
    Select,
};

use crate::audit_log;
use crate::cell::{AsInteger, AsMillis, Json};
use crate::database::Connections;
use crate::deployments;
use crate::entity::{
    applied_instance, claimed_port, host_port, instance, instance_version, template, template_version,
};
use crate::rows;
use crate::saved_versions::{add_in, create_in};
use crate::stack_objects;
use crate::store_error::store_error;

/// Instances in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmInstanceStore {
    db: Arc<Connections>,
}

impl SeaOrmInstanceStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }

    /// The first instance that `query` finds, with its ports.
    async fn first(&self, query: Select<instance::Entity>) -> Result<Option<Instance>, StoreError> {
        let tx = self.db.read().await?;
        let found = rows::find::<instance::Model>(&tx, query).await?;
        Ok(complete(&tx, found.into_iter().collect()).await?.pop())
    }
}

#[async_trait]
impl InstanceStore for SeaOrmInstanceStore {
    async fn launch(&self, new: NewInstance) -> Result<Launched, LaunchError> {
        let tx = self.db.write().await?;
        check_template(&tx, new.template, new.template_version).await?;
        let known = rows::find::<instance::Model>(&*tx, instance::one(new.template, &new.key)).await?;
        if let Some(known) = complete(&*tx, known.into_iter().collect()).await?.pop() {
            return Err(LaunchError::Exists(Box::new(known)));
        }
        check_ports(&tx, new.stack.id, &new.ports).await?;
        let (instance, apply) = (new.instance(), new.apply);
        // A launch needs no idempotency key: its own key is one.
        let version = NewVersion { idempotency: None, ..new.stack.version };
        let saved = create_in(&tx, NewStack { version, ..new.stack }).await?;
        let row = instance::row(&instance)?;
        instance::Entity::insert(row).exec_without_returning(&*tx).await.map_err(store_error)?;
        insert_made(&tx, &instance, saved.version.version).await?;
        let deployed = deployments::apply(&tx, saved, apply, None).await?;
        tx.commit().await?;
        Ok(Launched { instance, deployed })
    }

    async fn change(&self, change: InstanceChange) -> Result<Launched, LaunchError> {
        let stack = change.stack;
        let unnoted = stack_objects::unnoted(self.db.reader(), stack).await?;
        let tx = self.db.write().await?;
        let before = rows::find::<instance::Model>(&*tx, instance::of_stack(stack)).await?;
        let before =
            complete(&*tx, before.into_iter().collect()).await?.pop().ok_or(LaunchError::NotFound)?;
        check_template(&tx, before.template, change.template_version).await?;
        check_ports(&tx, stack, &change.ports).await?;
        let version = NewVersion { idempotency: None, ..change.version };
        let saved = add_in(&tx, stack, change.if_match, version, unnoted).await?;
        let (template_version, values, ports) = (change.template_version, change.values, change.ports);
        let instance = Instance { template_version, values, ports, ..before };
        let row = instance::ActiveModel {
            template_version: Set(AsInteger(instance.template_version)),
            assigned: Set(Json::of(&instance.values)?),
            ..instance::ActiveModel::default()
        };
        instance::update(stack, row).exec(&*tx).await.map_err(store_error)?;
        host_port::remove(stack).exec(&*tx).await.map_err(store_error)?;
        insert_made(&tx, &instance, saved.version.version).await?;
        let deployed = deployments::apply(&tx, saved, change.apply, None).await?;
        tx.commit().await?;
        Ok(Launched { instance, deployed })
    }

    async fn find(&self, template: TemplateId, key: &InstanceKey) -> Result<Option<Instance>, StoreError> {
        self.first(instance::one(template, key)).await
    }

    async fn of_stack(&self, stack: StackId) -> Result<Option<Instance>, StoreError> {
        self.first(instance::of_stack(stack)).await
    }

    async fn newest_made(&self, stack: StackId) -> Result<Option<VersionNumber>, StoreError> {
        let newest = rows::value::<Option<AsInteger<VersionNumber>>>(
            self.db.reader(),
            instance_version::newest(stack),
        );
        Ok(newest.await?.flatten().map(|version| version.0))
    }

    async fn list(&self, filter: &InstanceFilter) -> Result<Page<Instance>, StoreError> {
        let tx = self.db.read().await?;
        let query = filter
            .template
            .map_or_else(instance::Entity::find, instance::of)
            .apply_if(filter.after.as_ref(), |query, (template, key)| {
                query.filter(instance::is_after(*template, key))
            })
            .order_by_asc(instance::Column::TemplateId)
            .order_by_asc(instance::Column::InstanceKey);
        let Page { items, more } = rows::page::<instance::Model>(&tx, query, filter.limit).await?;
        Ok(Page { items: complete(&tx, items).await?, more })
    }

    async fn ports(&self) -> Result<BTreeSet<u16>, StoreError> {
        let ports = rows::values::<AsInteger<u16>>(self.db.reader(), claimed_port::numbers()).await?;
        Ok(ports.into_iter().map(|cell| cell.0).collect())
    }

    async fn note_stopped(&self, changes: &[(StackId, Option<Timestamp>)]) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        let tx = self.db.write().await?;
        for (stack, since) in changes {
            let change = instance::ActiveModel {
                stopped_since: Set(since.map(AsMillis)),
                ..instance::ActiveModel::default()
            };
            instance::update(*stack, change).exec(&*tx).await.map_err(store_error)?;
        }
        tx.commit().await
    }

    async fn hold(
        &self,
        stack: StackId,
        is_held: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let tx = self.db.write().await?;
        let found = rows::find::<instance::Model>(&*tx, instance::of_stack(stack)).await?;
        let Some(instance) = found else { return Ok(false) };
        if instance.is_held == is_held {
            return Ok(true);
        }
        let template = template::existing(&*tx, instance.template).await?;
        let change = instance::ActiveModel { is_held: Set(is_held), ..instance::ActiveModel::default() };
        instance::update(stack, change).exec(&*tx).await.map_err(store_error)?;
        let entry = AuditEntry::instance_held(&template.name, &instance.key, is_held, by, now);
        audit_log::append(&*tx, entry).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Instances with their ports, and with what their applied versions were made from.
async fn complete(db: &impl ConnectionTrait, instances: Vec<Instance>) -> Result<Vec<Instance>, StoreError> {
    if instances.is_empty() {
        return Ok(instances);
    }
    let query = host_port::of(instances.iter().map(|instance| instance.stack));
    let mut ports: HashMap<StackId, BTreeMap<ParameterName, u16>> = HashMap::new();
    for (stack, parameter, port) in rows::list::<host_port::Model>(db, query).await? {
        ports.entry(stack).or_default().insert(parameter, port);
    }
    let query = applied_instance::of(instances.iter().map(|instance| instance.stack));
    let made = rows::list::<applied_instance::Model>(db, query).await?;
    let mut made: HashMap<StackId, MadeFrom> = made.into_iter().collect();
    let with = |instance: Instance| {
        let own = ports.remove(&instance.stack).unwrap_or_default();
        Instance { ports: own, applied: made.remove(&instance.stack), ..instance }
    };
    Ok(instances.into_iter().map(with).collect())
}

/// Refuses what is made from a template that is deleted, or from a version that it does not have.
async fn check_template(
    tx: &DatabaseTransaction,
    template: TemplateId,
    version: VersionNumber,
) -> Result<(), LaunchError> {
    let live = template::live_by_id(template).count(tx).await.map_err(store_error)?;
    let versions = template_version::one(template, version).count(tx).await.map_err(store_error)?;
    if live > 0 && versions > 0 { Ok(()) } else { Err(LaunchError::TemplateNotFound) }
}

/// Refuses ports that another instance than `stack` has, or keeps until its newest version is applied.
async fn check_ports(
    tx: &DatabaseTransaction,
    stack: StackId,
    ports: &BTreeMap<ParameterName, u16>,
) -> Result<(), LaunchError> {
    let of_others = claimed_port::of_others(stack, ports.values().copied());
    match rows::value::<AsInteger<u16>>(tx, of_others).await? {
        Some(AsInteger(port)) => Err(LaunchError::PortTaken { port }),
        None => Ok(()),
    }
}

/// Inserts the ports of an instance, and what this version of its stack was made from.
async fn insert_made(
    tx: &DatabaseTransaction,
    instance: &Instance,
    version: VersionNumber,
) -> Result<(), StoreError> {
    for (parameter, port) in &instance.ports {
        let row = host_port::row(instance.stack, parameter, *port);
        host_port::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
    }
    let row = instance_version::row(instance.stack, version, &instance.newest())?;
    instance_version::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
    Ok(())
}
