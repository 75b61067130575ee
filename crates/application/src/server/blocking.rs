//! Runs work that may take a while on a blocking thread instead of a request thread.

use std::cell::Cell;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};

/// How many pieces of work of a kind run at a time; others wait in order. A large definition takes some hundred megabytes
/// while it is read, so this bounds the memory of the process, whoever sends how many of them. More threads would not
/// finish sooner on a small machine either.
const AT_ONCE: usize = 2;

static DEFINITIONS: Semaphore = Semaphore::const_new(AT_ONCE);
static READS: Semaphore = Semaphore::const_new(AT_ONCE);

/// Work that waits only for its own kind, so that an overview does not wait for definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockingWork {
    /// Reads a definition, lints it, compares it with another or makes a plan of it.
    Definition,
    /// Reads what is stored, and makes an answer of it.
    Read,
}

thread_local! {
    /// Whether this thread is at such work already.
    static AT_WORK: Cell<bool> = const { Cell::new(false) };
}

/// Marks the thread while it works, also when the work panics: the thread is used again.
struct AtWork;

impl AtWork {
    fn begin() -> Self {
        AT_WORK.set(true);
        Self
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        AT_WORK.set(false);
    }
}

/// Runs `work` on a blocking thread. There are few request threads, and a health check must not wait for a definition
/// with ten thousand services. Part of such work runs where it is: it would wait for a place that its whole has.
pub async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    if AT_WORK.get() { work() } else { run(BlockingWork::Definition, work).await }
}

/// The same for work that also waits, such as for the database: what it reads and what it makes of it is kept by as few
/// as run at a time.
pub async fn run_blocking_async<T: Send + 'static>(
    kind: BlockingWork,
    work: impl AsyncFnOnce() -> T + Send + 'static,
) -> T {
    let handle = Handle::current();
    run(kind, move || handle.block_on(work())).await
}

async fn run<T: Send + 'static>(kind: BlockingWork, work: impl FnOnce() -> T + Send + 'static) -> T {
    let permits = match kind {
        BlockingWork::Definition => &DEFINITIONS,
        BlockingWork::Read => &READS,
    };
    // The semaphore is never closed, so this cannot fail.
    let permit = permits.acquire().await;
    let work = move || {
        // Held by the work: it goes on when nobody waits for it any more.
        let _permit = permit;
        let _at_work = AtWork::begin();
        work()
    };
    match spawn_blocking(work).await.map_err(JoinError::try_into_panic) {
        Ok(done) => done,
        // A panic in the work becomes a panic of this request.
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        // The program is shutting down.
        Err(Err(_)) => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn only_so_much_runs_at_a_time_even_if_nobody_waits_for_it() {
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let work = || {
            let (running, most) = (Arc::clone(&running), Arc::clone(&most));
            run_blocking(move || {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(std::time::Duration::from_millis(2));
                running.fetch_sub(1, Ordering::SeqCst);
            })
        };
        for _ in 0..8 {
            // Begun, then abandoned.
            let _ = futures::poll!(Box::pin(work()));
        }
        futures::future::join_all((0..16).map(|_| work())).await;
        assert!((1..=AT_ONCE).contains(&most.load(Ordering::SeqCst)), "{most:?}");
    }

    #[tokio::test]
    async fn work_that_waits_counts_with_its_kind_and_its_parts_run_where_it_is() {
        // As many as may run at a time: each would wait for ever for a place of its own for its part.
        let whole = || {
            run_blocking_async(BlockingWork::Definition, async || {
                tokio::task::yield_now().await;
                let here = std::thread::current().id();
                run_blocking(move || std::thread::current().id() == here).await
            })
        };
        let whole = futures::future::join_all((0..AT_ONCE).map(|_| whole()));
        let done = tokio::time::timeout(std::time::Duration::from_mins(1), whole).await;
        assert_eq!(done.unwrap(), [true; AT_ONCE]);
    }

    #[tokio::test]
    async fn a_read_waits_for_no_definition() {
        let (ends, busy): (Vec<_>, Vec<_>) = (0..8)
            .map(|_| {
                let (end, told) = std::sync::mpsc::channel::<()>();
                (end, Box::pin(run_blocking(move || told.recv())))
            })
            .unzip();
        let busy = tokio::spawn(futures::future::join_all(busy));
        tokio::task::yield_now().await;
        assert_eq!(run_blocking_async(BlockingWork::Read, async || 1).await, 1);
        drop(ends);
        busy.await.unwrap();
    }

    #[tokio::test]
    async fn a_thread_that_panicked_at_work_is_like_new() {
        let panics = tokio::spawn(run_blocking(|| std::panic::panic_any("on purpose")));
        assert!(panics.await.is_err());
        assert!(!spawn_blocking(|| AT_WORK.get()).await.unwrap());
    }
}
