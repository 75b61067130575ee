//! The driver's errors in the words of [`StoreError`].

use std::fmt::Display;

use core_monitor_domain::ports::StoreError;
use sea_orm::sqlx;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// Sorts a driver error by what the caller can do about it.
pub(crate) fn store_error(error: DbErr) -> StoreError {
    match verdict(&error) {
        Verdict::Unavailable(reason) => {
            StoreError::Unavailable { reason: reason.to_owned(), source: Some(Box::new(error)) }
        }
        Verdict::Corrupt(what) => {
            StoreError::Corrupt { what: what.to_owned(), source: Some(Box::new(error)) }
        }
    }
}

/// What an error means, as the rest of a sentence that [`StoreError`] begins.
enum Verdict {
    Unavailable(&'static str),
    Corrupt(&'static str),
}

fn verdict(error: &DbErr) -> Verdict {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => {
            Verdict::Unavailable("too many requests wait for it")
        }
        DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Verdict::Unavailable("it is closed"),
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => driver_verdict(error),
        DbErr::Conn(RuntimeErr::Internal(_)) => Verdict::Unavailable("the connection is lost"),
        _ => Verdict::Corrupt("a row cannot be read"),
    }
}

fn driver_verdict(error: &sqlx::Error) -> Verdict {
    match error {
        sqlx::Error::Database(error) => {
            // SQLite's extended result code; its low byte is the primary one.
            let code = error.code().and_then(|code| code.parse::<i32>().ok());
            code.map_or(Verdict::Unavailable("it refused the statement"), |code| sqlite_verdict(code & 0xff))
        }
        sqlx::Error::PoolTimedOut => Verdict::Unavailable("too many requests wait for it"),
        sqlx::Error::PoolClosed => Verdict::Unavailable("it is closed"),
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed | sqlx::Error::BeginFailed => {
            Verdict::Unavailable("the connection is lost")
        }
        _ => Verdict::Corrupt("a row cannot be read"),
    }
}

/// By primary result code, <https://www.sqlite.org/rescode.html>.
fn sqlite_verdict(primary: i32) -> Verdict {
    match primary {
        5 | 6 | 15 => Verdict::Unavailable("the database is locked by another process"),
        13 => Verdict::Unavailable("the disk is full"),
        10 => Verdict::Unavailable("the disk reports an error"),
        7 => Verdict::Unavailable("there is not enough memory"),
        8 => Verdict::Unavailable("the database file is read-only"),
        3 | 23 => Verdict::Unavailable("the access to the database file is denied"),
        14 => Verdict::Unavailable("the database file cannot be opened"),
        9 => Verdict::Unavailable("the statement was interrupted"),
        11 | 26 => Verdict::Corrupt("the database file is damaged"),
        19 => Verdict::Corrupt("a rule of the schema refused the write"),
        _ => Verdict::Corrupt("the schema is not the expected one"),
    }
}

/// Where a value was found that cannot be understood.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    table: &'static str,
    row: String,
}

impl Place {
    /// A row of a table, by its key.
    pub(crate) fn new(table: &'static str, row: &(impl Display + ?Sized)) -> Self {
        Self { table, row: row.to_string() }
    }

    /// The error that names this row and a column of it.
    pub(crate) fn corrupt(
        &self,
        column: &str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> StoreError {
        let what = format!("table `{}`, row `{}`, column `{column}`", self.table, self.row);
        StoreError::Corrupt { what, source: Some(source.into()) }
    }
}
