//! Looks at what the worker has seen of a stack, shared by everybody who follows its logs.
//!
//! However many follow, there is one look for each change. A task takes it: a reader is not polled while its client is slow,
//! and would hold up all others.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::ObservedContainer;
use core_monitor_domain::ports::{Clock, ObservationStore, SecretVault, StackStore, StoreError};
use core_monitor_domain::secret_variable::Redactor;
use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared, ready};
use tokio::sync::watch;
use tokio::task::JoinError;

use super::{redactor, scope};
use crate::server::{CommitWatch, ServerPorts};

/// How often a stack is looked at for containers that have come or gone, at most.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The stacks whose logs are followed. One that nobody follows any more is not among them.
#[derive(Default)]
pub(in crate::server) struct FollowedStacks {
    stacks: Mutex<BTreeMap<StackId, Weak<FollowedStack>>>,
}

/// The looks at a stack.
struct FollowedStack {
    id: StackId,
    all: Arc<FollowedStacks>,
    database: Database,
    looks: Mutex<Looks>,
}

/// What looks read.
#[derive(Clone)]
struct Database {
    stacks: Arc<dyn StackStore>,
    observations: Arc<dyn ObservationStore>,
    vault: Arc<dyn SecretVault>,
    clock: Arc<dyn Clock>,
    commits: Arc<CommitWatch>,
}

#[derive(Default)]
struct Looks {
    /// How many have begun.
    begun: u64,
    last: Option<Arc<Look>>,
    /// The newest one that has not ended, with its number.
    current: Option<(u64, Work<Arc<Look>>)>,
}

/// Work of a task, and its result for everybody who waits for it.
type Work<T> = Shared<BoxFuture<'static, T>>;

/// `None` if there is none, and why it is not known, for all who wanted it.
pub(super) type Known<T> = Result<Option<T>, Arc<StoreError>>;

/// What the worker had seen of a stack at some time.
pub(super) struct Look {
    number: u64,
    pause: Pause,
    /// By service, slot and age; `None` if the stack is deleted.
    pub(super) containers: Known<Vec<ObservedContainer>>,
    redactor: OnceLock<Work<Known<Arc<Redactor>>>>,
}

/// What the look after this one waits for.
#[derive(Clone)]
struct Pause {
    ends_at: Duration,
    /// Changes when something is committed that this look may not have seen.
    later: watch::Receiver<u64>,
}

/// The looks as one reader sees them.
pub(super) struct Lookout {
    stack: Arc<FollowedStack>,
    /// The number of the look that it had last, or of the last one that had begun before it came.
    had: u64,
    /// `None` as long as it had none.
    pause: Option<Pause>,
}

impl FollowedStacks {
    /// One more reader follows a stack. Its first look is newer than whatever it reads from now on.
    pub(super) fn follow(self: &Arc<Self>, id: StackId, ports: &ServerPorts) -> Lookout {
        let mut stacks = lock(&self.stacks);
        let stack = stacks.get(&id).and_then(Weak::upgrade).unwrap_or_else(|| {
            let all = Arc::clone(self);
            let looks = Mutex::default();
            let stack = Arc::new(FollowedStack { id, all, database: Database::of(ports), looks });
            stacks.insert(id, Arc::downgrade(&stack));
            stack
        });
        drop(stacks);
        let had = lock(&stack.looks).begun;
        Lookout { stack, had, pause: None }
    }
}

impl Drop for FollowedStack {
    fn drop(&mut self) {
        let mut stacks = lock(&self.all.stacks);
        // Somebody may have come in the meantime, and have begun anew.
        if stacks.get(&self.id).is_some_and(|stack| stack.strong_count() == 0) {
            stacks.remove(&self.id);
        }
    }
}

impl Lookout {
    /// Returns when there may be something new to see: at once for the first time, then not before the pause is over.
    pub(super) fn due(&self) -> impl Future<Output = ()> + Send + use<> {
        let (clock, pause) = (Arc::clone(&self.stack.database.clock), self.pause.clone());
        async move {
            if let Some(pause) = pause {
                pause.end(&*clock).await;
            }
        }
    }

    /// The newest look, behind the one that it had last.
    pub(super) async fn look(&mut self) -> Arc<Look> {
        let look = self.stack.look_behind(self.had).await;
        self.stack.keep(&look);
        (self.had, self.pause) = (look.number, Some(look.pause.clone()));
        look
    }

    /// What hides the secret values of the stack from the output of the containers of `look`; `None` if some cannot be opened.
    /// It is read once for each look that somebody wants it for.
    pub(super) async fn redactor(&self, look: &Look) -> Known<Arc<Redactor>> {
        let read = || {
            let (database, id) = (self.stack.database.clone(), self.stack.id);
            let Database { stacks, vault, .. } = database;
            in_a_task(async move { redactor(&*stacks, &*vault, id).await.map_err(Arc::new) })
        };
        look.redactor.get_or_init(read).clone().await
    }
}

impl FollowedStack {
    /// The last look behind number `had`, or one that is being taken, or else one that is begun now.
    fn look_behind(&self, had: u64) -> Work<Arc<Look>> {
        let mut looks = lock(&self.looks);
        let last = looks.last.as_ref().filter(|last| last.number > had);
        if let Some(last) = last
            && !last.pause.has_ended(self.database.clock.elapsed())
        {
            return ready(Arc::clone(last)).boxed().shared();
        }
        let seen = last.map_or(had, |last| last.number);
        if let Some((_, work)) = looks.current.as_ref().filter(|(number, _)| *number > seen) {
            return work.clone();
        }
        looks.begun += 1;
        let number = looks.begun;
        let work = in_a_task(self.database.clone().look(self.id, number));
        looks.current = Some((number, work.clone()));
        work
    }

    /// Keeps a look for others, unless there is a newer one.
    fn keep(&self, look: &Arc<Look>) {
        let mut looks = lock(&self.looks);
        if looks.current.as_ref().is_some_and(|(number, _)| *number == look.number) {
            looks.current = None;
        }
        if looks.last.as_ref().is_none_or(|last| last.number < look.number) {
            looks.last = Some(Arc::clone(look));
        }
    }
}

impl Database {
    fn of(ports: &ServerPorts) -> Self {
        Self {
            stacks: Arc::clone(&ports.stacks),
            observations: Arc::clone(&ports.observations),
            vault: Arc::clone(&ports.vault),
            clock: Arc::clone(&ports.clock),
            commits: Arc::clone(&ports.commits),
        }
    }

    async fn look(self, id: StackId, number: u64) -> Arc<Look> {
        // What is committed from here on is seen by the next look.
        let later = self.commits.subscribe();
        let containers = self.containers(id).await.map_err(Arc::new);
        let pause = Pause { ends_at: self.clock.elapsed() + LOOK_EVERY, later };
        Arc::new(Look { number, pause, containers, redactor: OnceLock::new() })
    }

    async fn containers(&self, id: StackId) -> Result<Option<Vec<ObservedContainer>>, StoreError> {
        if self.stacks.find(id).await?.is_none() {
            return Ok(None);
        }
        let mut containers = self.observations.containers(id).await?;
        scope::sort(&mut containers);
        Ok(Some(containers))
    }
}

impl Pause {
    fn has_ended(&self, now: Duration) -> bool {
        now >= self.ends_at && self.later.has_changed().unwrap_or(false)
    }

    async fn end(mut self, clock: &dyn Clock) {
        clock.sleep(self.ends_at.saturating_sub(clock.elapsed())).await;
        if self.later.changed().await.is_err() {
            // The watch on the database has ended, so nothing new will be seen.
            std::future::pending::<()>().await;
        }
    }
}

/// Work that goes on whether or not somebody waits for it.
fn in_a_task<T: Clone + Send + Sync + 'static>(work: impl Future<Output = T> + Send + 'static) -> Work<T> {
    let task = tokio::spawn(work);
    let result = async move {
        match task.await.map_err(JoinError::try_into_panic) {
            Ok(done) => done,
            // A panic in the work becomes a panic of whoever waits for it.
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            // The program is shutting down.
            Err(Err(_)) => std::future::pending().await,
        }
    };
    result.boxed().shared()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
