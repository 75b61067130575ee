//! The worker's end.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::{EngineLink, LinkError};
use tokio::io::BufReader;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;

use crate::wire::{Answer, LONGEST_QUESTION, Question, Request, Response, receive, send};

/// Connections served side by side. The server is the only one that connects.
const CONNECTIONS: usize = 32;
/// Longest work on one question, whatever the asker says.
const LONGEST_WORK: Duration = Duration::from_mins(1);
/// A connection that says nothing for so long is closed.
const SILENCE: Duration = Duration::from_mins(1);

/// A socket that nobody else may open.
#[derive(Debug)]
pub struct EngineLinkListener {
    listener: UnixListener,
    path: PathBuf,
    /// Tells this socket from one that another worker has put in its place.
    inode: u64,
}

/// The socket cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the socket `{}` of the engine link cannot be made", .path.display())]
pub struct ListenError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

impl EngineLinkListener {
    /// Listens at `path`, in place of whoever listened there before.
    pub fn bind(path: &Path) -> Result<Self, ListenError> {
        let listener = bind(path).map_err(|source| ListenError { path: path.to_owned(), source })?;
        let inode = fs::metadata(path).map(|file| file.ino()).unwrap_or_default();
        Ok(Self { listener, path: path.to_owned(), inode })
    }

    /// Answers questions for as long as it is polled.
    pub async fn run(&self, link: Arc<dyn EngineLink>) -> std::convert::Infallible {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let place = Arc::clone(&places).acquire_owned().await;
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let link = Arc::clone(&link);
                    tokio::spawn(async move {
                        if let Err(error) = serve(stream, &*link).await {
                            tracing::debug!(%error, "a connection of the engine link broke");
                        }
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "the engine link cannot accept a connection for now");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

impl Drop for EngineLinkListener {
    fn drop(&mut self) {
        // One that is left behind is replaced by the next worker; one that is gone says that there is none.
        if fs::metadata(&self.path).is_ok_and(|file| file.ino() == self.inode) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Under a name of its own first: at no moment can anybody else connect to what stands at `path`.
fn bind(path: &Path) -> io::Result<UnixListener> {
    let unfinished = path.with_extension("new");
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&unfinished)?;
    fs::set_permissions(&unfinished, fs::Permissions::from_mode(0o600))?;
    fs::rename(&unfinished, path)?;
    Ok(listener)
}

async fn serve(stream: UnixStream, link: &dyn EngineLink) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let received = tokio::time::timeout(SILENCE, receive(&mut stream, LONGEST_QUESTION)).await;
        let Some(request) = received.unwrap_or(Ok(None))? else { return Ok(()) };
        let Request { id, deadline_ms, question } = request;
        let deadline = Duration::from_millis(deadline_ms).min(LONGEST_WORK);
        let answer = match tokio::time::timeout(deadline, answer(link, question)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(LinkError::Refused { message })) => Answer::Refused(message),
            Ok(Err(error)) => Answer::Refused(error.to_string()),
            Err(_) => Answer::Refused(format!("it took longer than {} s", deadline.as_secs())),
        };
        send(&mut stream, &Response { id, answer }).await?;
    }
}

async fn answer(link: &dyn EngineLink, question: Question) -> Result<Answer, LinkError> {
    Ok(match question {
        Question::ListProjects => Answer::Projects(link.list_projects().await?),
        Question::FindProject { name } => Answer::Project(link.find_project(&name).await?.map(Box::new)),
        Question::Refresh => Answer::Refreshed(link.refresh().await?),
    })
}
