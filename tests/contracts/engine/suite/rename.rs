//! Renaming.

use core_monitor_domain::effect::Effect;
use core_monitor_domain::ids::ContainerId;

use crate::bench::{Bench, idle};

async fn rename(bench: &Bench, id: &ContainerId, to: &str) -> String {
    bench.act(Effect::RenameContainer { container: id.clone(), to: bench.name(to) }).await
}

pub(crate) async fn renaming_to_the_own_name_is_done(bench: &Bench) {
    let id = bench.make(bench.container("web", idle())).await;
    assert_eq!(rename(bench, &id, "web").await, "done");
    assert_eq!(rename(bench, &id, "new").await, "done");
    assert_eq!(rename(bench, &id, "new").await, "done");
    assert_eq!(bench.see(&id).await.name, bench.name("new"));
}

pub(crate) async fn renaming_onto_a_taken_name_names_its_holder(bench: &Bench) {
    let holder = bench.make(bench.container("web", idle())).await;
    let id = bench.make(bench.container("next", idle())).await;
    assert_eq!(rename(bench, &id, "web").await, format!("name taken by {holder}"));
    assert_eq!(rename(bench, &id, "a b").await, "refused 400");
    assert_eq!(rename(bench, &ContainerId("f".repeat(64)), "other").await, "not found");
    assert_eq!(bench.see(&id).await.name, bench.name("next"));
}

pub(crate) async fn a_stopped_container_can_be_renamed(bench: &Bench) {
    let id = bench.make(bench.container("next", idle())).await;
    assert_eq!(bench.start(&id).await, "done");
    assert_eq!(bench.stop(&id).await, "done");
    assert_eq!(rename(bench, &id, "web").await, "done");
    let look = bench.look().await;
    assert_eq!(look.host.occupant_named(&bench.name("web")).map(|occupant| &occupant.id), Some(&id));
    assert_eq!(look.host.occupant_named(&bench.name("next")), None);
}
