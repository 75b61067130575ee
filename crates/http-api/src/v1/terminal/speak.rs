//! From the command to the client.

use std::sync::Arc;
use std::time::Duration;

use actix_web::Error;
use actix_web::rt::task::JoinHandle;
use actix_web::web::Bytes;
use core_monitor_domain::ports::{Clock, within};
use core_monitor_domain::terminal::TerminalEnd;
use futures::{Stream, stream};
use serde::Serialize;
use tokio::sync::mpsc;

use super::presence::Presence;
use crate::v1::message::MessageBody;
use crate::websocket::Frames;

/// How often the client is asked whether it is there, while nothing is shown. Proxies close connections that are silent.
const PING: Duration = Duration::from_secs(20);
/// How long a client that is asked may say nothing.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long the client has to close the connection after the last message.
const LINGER: Duration = Duration::from_secs(1);

/// The last message.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum LastWords {
    Exit { code: i64 },
    Error { code: &'static str, message: MessageBody },
}

pub(super) struct Speaker {
    clock: Arc<dyn Clock>,
    presence: Arc<Presence>,
    shown: mpsc::Receiver<Vec<u8>>,
    pings: mpsc::Receiver<Bytes>,
    running: Option<JoinHandle<TerminalEnd>>,
    listening: JoinHandle<()>,
}

impl Speaker {
    pub(super) fn new(
        clock: Arc<dyn Clock>,
        presence: Arc<Presence>,
        shown: mpsc::Receiver<Vec<u8>>,
        pings: mpsc::Receiver<Bytes>,
        running: JoinHandle<TerminalEnd>,
        listening: JoinHandle<()>,
    ) -> Self {
        Self { clock, presence, shown, pings, running: Some(running), listening }
    }

    /// The frames for the client, until the connection may be closed.
    pub(super) fn frames(self) -> impl Stream<Item = Result<Bytes, Error>> {
        Box::pin(stream::unfold(self, async |mut speaker| {
            let frames = speaker.next().await?;
            Some((Ok(frames), speaker))
        }))
    }

    async fn next(&mut self) -> Option<Bytes> {
        if self.running.is_none() {
            // Closing a connection with something unread would make the client lose the last message.
            let _ = within(&*self.clock, LINGER, &mut self.listening).await;
            return None;
        }
        tokio::select! {
            biased;
            Some(bytes) = self.pings.recv() => Some(Frames::default().pong(&bytes).finish()),
            shown = self.shown.recv() => match shown {
                Some(bytes) => Some(Frames::default().binary(&bytes).finish()),
                None => self.last_words().await,
            },
            () = self.clock.sleep(PING) => {
                let is_silent = self.presence.silence(self.clock.elapsed()) >= PING + PATIENCE;
                // Ends the connection, and with it the terminal.
                (!is_silent).then(|| Frames::default().ping().finish())
            }
        }
    }

    async fn last_words(&mut self) -> Option<Bytes> {
        let end = self.running.take()?.await.unwrap_or(TerminalEnd::Unknown);
        let message = end.message();
        let words = match end.exit_code() {
            Some(code) => LastWords::Exit { code },
            None => LastWords::Error { code: end.as_str(), message: MessageBody::from(&message) },
        };
        // Strings and numbers can always be written as JSON.
        let words = serde_json::to_string(&words).unwrap_or_default();
        Some(Frames::default().text(&words).close(end.close_code(), message.text()).finish())
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        // The client is gone: nothing more comes from it, which ends the terminal.
        self.listening.abort();
    }
}
