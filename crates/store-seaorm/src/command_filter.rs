//! Which commands a list is about, wherever they are.

use core_monitor_domain::ports::CommandFilter;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QueryTrait, Select};

use crate::cell::{AsInteger, AsMillis, AsText};

/// The columns of a table of commands that lists filter by.
pub(crate) struct FilterColumns<C> {
    pub(crate) seq: C,
    pub(crate) stack_id: C,
    pub(crate) status: C,
    pub(crate) kind: C,
    pub(crate) created_at: C,
}

/// Those of the commands in `query` that the filter means, in its order.
pub(crate) fn filtered<E: EntityTrait>(
    query: Select<E>,
    columns: &FilterColumns<E::Column>,
    filter: &CommandFilter,
) -> Select<E> {
    let FilterColumns { seq, stack_id, status, kind, created_at } = columns;
    let any = |is: bool| is.then_some(());
    let query = query
        .apply_if(filter.stack_id, |query, stack| query.filter(stack_id.eq(AsText(stack))))
        .apply_if(any(!filter.stacks.is_empty()), |query, ()| {
            query.filter(stack_id.is_in(filter.stacks.iter().copied().map(AsText)))
        })
        .apply_if(any(!filter.seqs.is_empty()), |query, ()| {
            query.filter(seq.is_in(filter.seqs.iter().copied().map(AsInteger)))
        })
        .apply_if(any(!filter.statuses.is_empty()), |query, ()| {
            query.filter(status.is_in(filter.statuses.iter().copied().map(AsText)))
        })
        .apply_if(any(!filter.kinds.is_empty()), |query, ()| {
            query.filter(kind.is_in(filter.kinds.iter().map(|kind| kind.as_str())))
        })
        .apply_if(filter.since, |query, since| query.filter(created_at.gte(AsMillis(since))))
        .apply_if(filter.until, |query, until| query.filter(created_at.lt(AsMillis(until))));
    if filter.oldest_first {
        query
            .apply_if(filter.beyond, |query, beyond| query.filter(seq.gt(AsInteger(beyond))))
            .order_by_asc(*seq)
    } else {
        query
            .apply_if(filter.beyond, |query, beyond| query.filter(seq.lt(AsInteger(beyond))))
            .order_by_desc(*seq)
    }
}
