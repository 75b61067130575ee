//! Remembers how runs ended, longer than the engine does: its events are gone after a while, and with every restart.

use std::collections::BTreeSet;

use core_monitor_domain::observation::{Observation, ObservedContainer, RunEnding};
use core_monitor_domain::ports::{ObservationStore, StoreError};

/// Takes over what an earlier observation knew about the same runs.
pub(crate) async fn remember(
    observed: &mut Observation,
    earlier: &dyn ObservationStore,
) -> Result<(), StoreError> {
    let stacks: BTreeSet<_> =
        observed.containers.iter().filter(|c| is_open(c)).filter_map(ObservedContainer::stack_id).collect();
    if stacks.is_empty() {
        return Ok(());
    }
    let stacks: Vec<_> = stacks.into_iter().collect();
    let known: Vec<_> =
        earlier.containers_of(&stacks).await?.into_iter().flat_map(|(_, containers)| containers).collect();
    for container in observed.containers.iter_mut().filter(|container| is_open(container)) {
        let run = container.run();
        let same = known.iter().find(|known| run.is_some() && known.run() == run);
        container.ending = same.map_or(RunEnding::Unknown, |known| known.ending);
    }
    Ok(())
}

/// Whether it would matter how its last run ended, and the engine cannot tell.
fn is_open(container: &ObservedContainer) -> bool {
    container.exited_with_success() && container.ending == RunEnding::Unknown
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::labels;
    use core_monitor_domain::observation::ContainerState;
    use core_monitor_domain::ports::MockObservationStore;

    use uuid::Uuid;

    use super::*;
    use crate::worker::fixture;

    fn exited(ending: RunEnding, code: i64) -> ObservedContainer {
        let owner = [(labels::INSTANCE, Uuid::nil().to_string()), (labels::STACK, fixture::STACK.to_owned())];
        let labels = owner.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        let container = fixture::container("shop-etl-1", ContainerState::Exited { code });
        ObservedContainer { ending, labels, ..container }
    }

    async fn check(now: ObservedContainer, before: ObservedContainer, expected: RunEnding) {
        let mut store = MockObservationStore::new();
        store
            .expect_containers_of()
            .returning(move |stacks| Ok(stacks.iter().map(|stack| (*stack, vec![before.clone()])).collect()));
        let mut observed = fixture::observation(vec![now]);
        remember(&mut observed, &store).await.unwrap();
        assert_eq!(observed.containers[0].ending, expected);
    }

    #[tokio::test]
    async fn an_ending_is_known_as_long_as_the_run_is_the_last_one() {
        let forgotten = exited(RunEnding::Unknown, 0);
        check(forgotten.clone(), exited(RunEnding::ByItself, 0), RunEnding::ByItself).await;
        check(forgotten.clone(), exited(RunEnding::Stopped, 0), RunEnding::Stopped).await;
        let earlier_run = ObservedContainer { started_at: None, ..exited(RunEnding::ByItself, 0) };
        check(forgotten.clone(), earlier_run, RunEnding::Unknown).await;
        check(forgotten, exited(RunEnding::Unknown, 0), RunEnding::Unknown).await;
        // What the engine says itself counts more.
        check(exited(RunEnding::Stopped, 0), exited(RunEnding::ByItself, 0), RunEnding::Stopped).await;
    }
}
