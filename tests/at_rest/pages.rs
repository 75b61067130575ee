//! Reads a database file directly: rows by table and column, and raw pages of the file and its log.

use std::path::Path;

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

/// The columns that contain definitions in the clear.
pub(crate) const DEFINITION: [(&str, &str); 3] =
    [("stack_version", "variables"), ("stack_version", "model"), ("blob", "bytes")];

const PAGE_SIZE: usize = 4096;
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

pub(crate) struct Pages {
    db: DatabaseConnection,
    file: Vec<u8>,
    log: Vec<u8>,
}

impl Pages {
    /// Reads a database that is in use: its log still exists.
    pub(crate) async fn read(file: &Path) -> Self {
        let db = Database::connect(format!("sqlite://{}?mode=ro", file.display())).await.unwrap();
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        Self { db, file: std::fs::read(file).unwrap(), log: std::fs::read(log).unwrap() }
    }

    async fn column(&self, sql: &str) -> Vec<String> {
        let query = Statement::from_string(self.db.get_database_backend(), sql.to_owned());
        let rows = self.db.query_all_raw(query).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect()
    }

    /// Every column of every table, as `(table, column)`.
    pub(crate) async fn columns(&self) -> Vec<(String, String)> {
        let mut columns = Vec::new();
        for table in self.column("SELECT name FROM sqlite_schema WHERE type = 'table'").await {
            let named = self.column(&format!("SELECT name FROM pragma_table_info('{table}')")).await;
            columns.extend(named.into_iter().map(|column| (table.clone(), column)));
        }
        columns
    }

    /// All values of a column, concatenated.
    pub(crate) async fn values(&self, table: &str, column: &str) -> Vec<u8> {
        let digits = self.column(&format!("SELECT hex(\"{column}\") FROM \"{table}\"")).await.join("");
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        (0..digits.len()).step_by(2).map(byte).collect()
    }

    /// Every page, in the file and in the log.
    pub(crate) fn all(&self) -> Vec<u8> {
        [self.file.as_slice(), &self.log].concat()
    }

    /// The pages, in the file and in the log, that belong to no table with definitions, including free pages.
    pub(crate) async fn besides_definitions(&self) -> Vec<u8> {
        let of_definitions =
            "SELECT CAST(pageno AS TEXT) FROM dbstat WHERE name IN ('stack_version', 'blob')";
        let numbers = self.column(of_definitions).await;
        let theirs: Vec<usize> = numbers.iter().map(|number| number.parse().unwrap()).collect();
        let mut rest = Vec::new();
        for (place, page) in self.file.chunks(PAGE_SIZE).enumerate() {
            if !theirs.contains(&(place + 1)) {
                rest.extend_from_slice(page);
            }
        }
        for frame in self.log.get(LOG_HEADER..).unwrap_or_default().chunks(FRAME_HEADER + PAGE_SIZE) {
            let number = u32::from_be_bytes(frame[..4].try_into().unwrap());
            if !theirs.contains(&usize::try_from(number).unwrap()) {
                rest.extend_from_slice(&frame[FRAME_HEADER..]);
            }
        }
        rest
    }
}
