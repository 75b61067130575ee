//! Rows of `stack_file` and `blob`: the files of versions.

use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack_version::{FileEntry, Source, SourceFile, StackVersion};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Value};

use crate::sql::{self, Number, Row, text};
use crate::store_error::Place;

/// A file without its bytes. The length of a blob is read without the blob.
#[derive(Debug, FromQueryResult)]
struct EntryRow {
    path: String,
    hash: String,
    size: i64,
    executable: bool,
}

impl Row for EntryRow {
    const TABLE: &'static str = "stack_file";
}

impl EntryRow {
    fn into_entry(self) -> Result<FileEntry, StoreError> {
        let place = Place::new(Self::TABLE, &self.path);
        Ok(FileEntry {
            hash: place.parse("hash", &self.hash)?,
            size: place.number("size", self.size)?,
            path: self.path,
            executable: self.executable,
        })
    }
}

/// A file with its bytes.
#[derive(Debug, FromQueryResult)]
struct FileRow {
    hash: String,
    bytes: Vec<u8>,
    executable: bool,
}

impl Row for FileRow {
    const TABLE: &'static str = "blob";
}

impl FileRow {
    fn into_file(self) -> Result<SourceFile, StoreError> {
        let file = SourceFile::new(self.bytes, self.executable);
        if file.hash().as_str() == self.hash {
            return Ok(file);
        }
        let what = format!("table `blob`, row `{}`: the bytes have another hash", self.hash);
        Err(StoreError::Corrupt { what, source: None })
    }
}

/// The files of a version, by path.
pub(crate) async fn list_files(
    db: &impl ConnectionTrait,
    stack: StackId,
    version: VersionNumber,
) -> Result<Vec<FileEntry>, StoreError> {
    let rows = sql::list::<EntryRow>(
        db,
        "SELECT path, hash, length(bytes) AS size, executable FROM stack_file JOIN blob USING (hash)
         WHERE stack_id = $1 AND version = $2 ORDER BY path",
        [text(stack), Value::from(i64::from(version.0))],
    );
    rows.await?.into_iter().map(EntryRow::into_entry).collect()
}

/// One file of a version.
pub(crate) async fn read_file(
    db: &impl ConnectionTrait,
    stack: StackId,
    version: VersionNumber,
    path: &str,
) -> Result<Option<SourceFile>, StoreError> {
    let row = sql::find::<FileRow>(
        db,
        "SELECT hash, bytes, executable FROM stack_file JOIN blob USING (hash)
         WHERE stack_id = $1 AND version = $2 AND path = $3",
        [text(stack), Value::from(i64::from(version.0)), text(path)],
    );
    row.await?.map(FileRow::into_file).transpose()
}

/// Stores the files of `version`, whose row comes after them. Content that is there already is not stored again.
pub(crate) async fn insert_files(
    tx: &DatabaseTransaction,
    version: &StackVersion,
    source: &Source,
) -> Result<(), StoreError> {
    for (path, file) in &source.files {
        let hash = || text(file.hash());
        let known = sql::find::<Number>(tx, "SELECT 1 AS n FROM blob WHERE hash = $1", [hash()]).await?;
        if known.is_none() {
            let insert = "INSERT INTO blob (hash, bytes) VALUES ($1, $2)";
            sql::execute(tx, insert, [hash(), Value::from(file.bytes().to_vec())]).await?;
        }
        sql::execute(
            tx,
            "INSERT INTO stack_file (stack_id, version, path, hash, executable) VALUES ($1, $2, $3, $4, $5)",
            [
                text(version.stack_id),
                Value::from(i64::from(version.version.0)),
                text(path),
                hash(),
                Value::from(i32::from(file.is_executable())),
            ],
        )
        .await?;
    }
    Ok(())
}
