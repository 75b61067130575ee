//! Problems of terminals and files in containers.

use actix_web::http::header;
use core_monitor_application::server::{FileUseError, TerminalError};
use core_monitor_domain::container_file::FileRefusal;
use core_monitor_domain::terminal::NotStarted;
use core_monitor_message::Message;

use super::RETRY_OBSERVATION;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

/// Seconds after which a ticket that nobody used has expired.
const RETRY_TERMINAL: &str = "30";

impl From<TerminalError> for Problem {
    fn from(error: TerminalError) -> Self {
        match error {
            TerminalError::Forbidden(error) => error.into(),
            TerminalError::Off => Self::new(ErrorCode::TerminalsOff, said::terminals_off())
                .with_hint(said::switch_terminals_on()),
            TerminalError::ContainerNotFound => container_not_found(),
            TerminalError::NotRunning { name } => {
                Self::new(ErrorCode::ContainerNotRunning, said::container_not_running(name))
                    .with_hint(said::start_the_stack())
            }
            TerminalError::Request(error) => Self::new(ErrorCode::InvalidExec, error.0),
            TerminalError::NotStarted(why) => {
                let code = match why {
                    NotStarted::NoProgram => ErrorCode::ProgramNotFound,
                    NotStarted::Refused { .. } => ErrorCode::CommandNotStarted,
                };
                Self::new(code, why.message())
            }
            TerminalError::TooMany { most } => too_many_terminals(said::too_many_terminals(most)),
            TerminalError::Full { most } => too_many_terminals(said::all_terminals_taken(most)),
            TerminalError::Ticket => Self::new(ErrorCode::Unauthorized, said::ticket_invalid())
                .with_hint(said::get_a_ticket())
                .with_header(header::WWW_AUTHENTICATE, "Bearer"),
            TerminalError::Link(error) => error.into(),
            TerminalError::Store(error) => error.into(),
        }
    }
}

impl From<FileUseError> for Problem {
    fn from(error: FileUseError) -> Self {
        match error {
            FileUseError::Forbidden(error) => error.into(),
            FileUseError::ContainerNotFound => container_not_found(),
            FileUseError::VolumeNotFound => {
                Self::new(ErrorCode::VolumeNotFound, said::no_such_volume()).with_hint(said::see_volumes())
            }
            FileUseError::VolumeNotMounted => {
                Self::new(ErrorCode::VolumeNotMounted, said::volume_not_mounted())
                    .with_hint(said::apply_the_stack())
            }
            FileUseError::Path(error) => Self::new(ErrorCode::InvalidPath, error.0),
            FileUseError::Refused(refusal) => {
                let code = match refusal {
                    FileRefusal::NotFound | FileRefusal::NoFolder => ErrorCode::PathNotFound,
                    FileRefusal::NotATar
                    | FileRefusal::Interrupted
                    | FileRefusal::Member { .. }
                    | FileRefusal::TooManyFolders { .. } => ErrorCode::InvalidUpload,
                    _ => ErrorCode::PathRefused,
                };
                Self::new(code, refusal.message())
            }
            FileUseError::Busy { most } => {
                Self::new(ErrorCode::TooManyTransfers, said::too_many_transfers(most))
                    .with_header(header::RETRY_AFTER, RETRY_OBSERVATION)
            }
            FileUseError::Link(error) => error.into(),
            FileUseError::Store(error) => error.into(),
        }
    }
}

/// The error when no stack has the container in the path.
fn container_not_found() -> Problem {
    Problem::new(ErrorCode::ContainerNotFound, said::no_such_container()).with_hint(said::see_containers())
}

fn too_many_terminals(detail: Message) -> Problem {
    Problem::new(ErrorCode::TooManyTerminals, detail)
        .with_hint(said::close_a_terminal())
        .with_header(header::RETRY_AFTER, RETRY_TERMINAL)
}
