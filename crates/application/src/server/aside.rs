//! Work that may take a while, off the threads that answer requests.

use tokio::task::{JoinError, spawn_blocking};

/// Does `work` on a thread that may be busy. Those that answer requests are few, and a health check must not wait for
/// somebody's ten thousand services.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match spawn_blocking(work).await.map_err(JoinError::try_into_panic) {
        Ok(done) => done,
        // A defect of the work is one of this request, as it would be without the thread.
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        // The program ends, and this with it.
        Err(Err(_)) => std::future::pending().await,
    }
}
