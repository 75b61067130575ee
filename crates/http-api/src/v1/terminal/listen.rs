//! From the client to the command.

use std::sync::Arc;

use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use core_monitor_application::server::FromClient;
use core_monitor_domain::ports::{Clock, ExecInput};
use core_monitor_domain::terminal::{TerminalEnd, TerminalSize};
use core_monitor_message::Message;
use futures::Stream;
use serde::Deserialize;
use tokio::sync::mpsc;

use super::LONGEST_MESSAGE;
use super::presence::Presence;
use crate::said;
use crate::websocket::{Fault, Incoming, Received};

/// The size of the parts in which input is handed over.
const PART: usize = 64 << 10;

/// What a client says about its terminal.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Control {
    resize: Size,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Size {
    columns: u16,
    rows: u16,
}

/// Reads until the client closes, does something wrong, or nobody takes it any more. Afterwards nothing more is read.
pub(super) async fn listen(
    mut incoming: Incoming<impl Stream<Item = Result<Bytes, PayloadError>> + Unpin>,
    typed: mpsc::Sender<FromClient>,
    pongs: mpsc::Sender<Bytes>,
    presence: Arc<Presence>,
    clock: Arc<dyn Clock>,
) {
    loop {
        let received = incoming.next().await;
        presence.heard(clock.elapsed(), true);
        let given = match received {
            Ok(Received::Binary(bytes)) => Given::Bytes(bytes),
            Ok(Received::Text(text)) => control(&text),
            Ok(Received::Ping(bytes)) => {
                // A client that sends many without reading gets the answers that fit.
                let _ = pongs.try_send(bytes);
                Given::Nothing
            }
            Ok(Received::Pong) => Given::Nothing,
            Ok(Received::Close) => Given::End(TerminalEnd::Left),
            Err(Fault::Lost) => return,
            Err(Fault::TooLong) => Given::End(TerminalEnd::TooLarge { most: LONGEST_MESSAGE }),
            Err(Fault::Protocol(message)) => Given::End(TerminalEnd::Misused { message }),
        };
        if !give(given, &typed).await {
            return;
        }
        presence.heard(clock.elapsed(), false);
    }
}

enum Given {
    Bytes(Bytes),
    Size(TerminalSize),
    Nothing,
    End(TerminalEnd),
}

/// Hands over what was received. Returns whether there may be more.
async fn give(given: Given, typed: &mpsc::Sender<FromClient>) -> bool {
    match given {
        Given::Bytes(bytes) => {
            for part in bytes.chunks(PART) {
                if typed.send(FromClient::Input(ExecInput::Bytes(part.to_vec()))).await.is_err() {
                    return false;
                }
            }
            true
        }
        Given::Size(size) => typed.send(FromClient::Input(ExecInput::Resize(size))).await.is_ok(),
        Given::Nothing => true,
        Given::End(end) => {
            let _ = typed.send(FromClient::Gone(end)).await;
            false
        }
    }
}

fn control(text: &str) -> Given {
    let misused = |message: Message| Given::End(TerminalEnd::Misused { message });
    match serde_json::from_str::<Control>(text) {
        Ok(Control { resize }) => match TerminalSize::new(resize.columns, resize.rows) {
            Ok(size) => Given::Size(size),
            Err(error) => misused(error.0),
        },
        Err(_) => misused(said::terminal_control_unknown()),
    }
}
