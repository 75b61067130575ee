//! The files with records that leave or have left the database.

use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::audit::ChainValue;
use core_monitor_domain::records::{RecordFile, RecordHead, RecordSubject};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::cell::{AsInteger, AsMillis, AsText, CellError};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "record_file")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) number: AsInteger<u32>,
    pub(crate) subject: String,
    pub(crate) first_id: i64,
    pub(crate) last_id: i64,
    pub(crate) records: AsInteger<u32>,
    pub(crate) previous: Option<AsText<ArtifactDigest>>,
    pub(crate) digest: AsText<ArtifactDigest>,
    pub(crate) size: AsInteger<u64>,
    pub(crate) made_at: AsMillis,
    pub(crate) removed_at: Option<AsMillis>,
    pub(crate) chain: Option<AsText<ChainValue>>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = RecordFile;

    fn read(self) -> Result<RecordFile, DbErr> {
        let unknown = || CellError::new(Column::Subject, format!("`{}` is no subject", self.subject));
        let subject = RecordSubject::named(&self.subject).ok_or_else(unknown)?;
        let head = RecordHead {
            format: RecordHead::FORMAT,
            number: self.number.0,
            subject,
            first: self.first_id,
            last: self.last_id,
            records: self.records.0,
            previous: self.previous.map(|cell| cell.0),
            made_at: self.made_at.0,
        };
        Ok(RecordFile {
            head,
            digest: self.digest.0,
            size: self.size.0,
            removed_at: self.removed_at.map(|cell| cell.0),
            chain: self.chain.map(|cell| cell.0),
        })
    }
}

/// The row for `file`.
pub(crate) fn row(file: &RecordFile) -> ActiveModel {
    let head = &file.head;
    ActiveModel {
        number: Set(AsInteger(head.number)),
        subject: Set(head.subject.as_str().to_owned()),
        first_id: Set(head.first),
        last_id: Set(head.last),
        records: Set(AsInteger(head.records)),
        previous: Set(head.previous.map(AsText)),
        digest: Set(AsText(file.digest)),
        size: Set(AsInteger(file.size)),
        made_at: Set(AsMillis(head.made_at)),
        removed_at: Set(file.removed_at.map(AsMillis)),
        chain: Set(file.chain.map(AsText)),
    }
}
