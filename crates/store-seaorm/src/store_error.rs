//! Converts the driver's errors to [`StoreError`].

use core_monitor_domain::ports::StoreError;
use sea_orm::sqlx;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// Classifies a driver error by what the caller can do about it.
pub(crate) fn store_error(error: DbErr) -> StoreError {
    match meaning(&error) {
        Meaning::Unavailable(reason) => {
            StoreError::Unavailable { reason: reason.to_owned(), source: Some(Box::new(error)) }
        }
        Meaning::Corrupt(what) => {
            StoreError::Corrupt { what: what.to_owned(), source: Some(Box::new(error)) }
        }
    }
}

/// What an error means; completes the message of [`StoreError`].
enum Meaning {
    Unavailable(&'static str),
    Corrupt(&'static str),
}

fn meaning(error: &DbErr) -> Meaning {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => {
            Meaning::Unavailable("too many requests are waiting for it")
        }
        DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Meaning::Unavailable("it is closed"),
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => driver_meaning(error),
        DbErr::Conn(RuntimeErr::Internal(_)) => Meaning::Unavailable("the connection was lost"),
        _ => Meaning::Corrupt("a row cannot be read"),
    }
}

fn driver_meaning(error: &sqlx::Error) -> Meaning {
    match error {
        sqlx::Error::Database(error) => {
            // SQLite's extended result code; its low byte is the primary one.
            let code = error.code().and_then(|code| code.parse::<i32>().ok());
            code.map_or(Meaning::Unavailable("it rejected the statement"), |code| sqlite_verdict(code & 0xff))
        }
        sqlx::Error::PoolTimedOut => Meaning::Unavailable("too many requests are waiting for it"),
        sqlx::Error::PoolClosed => Meaning::Unavailable("it is closed"),
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed | sqlx::Error::BeginFailed => {
            Meaning::Unavailable("the connection was lost")
        }
        _ => Meaning::Corrupt("a row cannot be read"),
    }
}

/// By primary result code, <https://www.sqlite.org/rescode.html>.
fn sqlite_verdict(primary: i32) -> Meaning {
    match primary {
        5 | 6 | 15 => Meaning::Unavailable("the database is locked by another process"),
        13 => Meaning::Unavailable("the disk is full"),
        10 => Meaning::Unavailable("the disk reported an error"),
        7 => Meaning::Unavailable("there is not enough memory"),
        8 => Meaning::Unavailable("the database file is read-only"),
        3 | 23 => Meaning::Unavailable("access to the database file was denied"),
        14 => Meaning::Unavailable("the database file cannot be opened"),
        9 => Meaning::Unavailable("the statement was interrupted"),
        11 | 26 => Meaning::Corrupt("the database file is damaged"),
        19 => Meaning::Corrupt("a rule of the schema refused the write"),
        _ => Meaning::Corrupt("the schema is not the expected one"),
    }
}
