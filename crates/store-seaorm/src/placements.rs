//! The records of what is in containers, changed in the transaction of what causes it.

use core_monitor_domain::ids::StackId;
use core_monitor_domain::placement::{PlacementChange, RecordedPlacement};
use core_monitor_domain::ports::StoreError;
use sea_orm::{DatabaseTransaction, EntityTrait};

use crate::entity::placement;
use crate::rows;
use crate::store_error::store_error;

/// Carries out a change.
pub(crate) async fn change(
    tx: &DatabaseTransaction,
    stack: StackId,
    change: PlacementChange,
) -> Result<(), StoreError> {
    match change {
        PlacementChange::Slot(place, change) => {
            let known = rows::find::<placement::Model>(tx, placement::one(&place)).await?;
            placement::gone(&place.container, &place.slot).exec(tx).await.map_err(store_error)?;
            let Some(after) = change.applied(&place.slot, known.map(|known| known.placement)) else {
                return Ok(());
            };
            let row = placement::row(stack, &place.container, &after)?;
            placement::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
        }
        PlacementChange::Released(kept) => {
            remove(tx, stack, |record| !kept.contains(&record.container)).await?;
        }
        PlacementChange::Deleted => remove(tx, stack, |_| true).await?,
    }
    Ok(())
}

async fn remove(
    tx: &DatabaseTransaction,
    stack: StackId,
    doomed: impl Fn(&RecordedPlacement) -> bool,
) -> Result<(), StoreError> {
    let records = rows::list::<placement::Model>(tx, placement::of_stack(stack)).await?;
    for record in records.iter().filter(|record| doomed(record)) {
        placement::gone(&record.container, &record.placement.slot).exec(tx).await.map_err(store_error)?;
    }
    Ok(())
}
