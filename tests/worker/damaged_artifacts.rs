//! Deployments whose artifact is no longer in the store as it was sent: the disk has changed it, or lost it.

use core_monitor_application::server::DriftStep;
use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::command::{Command, CommandStatus, Failure, FailureCode, OnFailure};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::{ArtifactStore as _, Clock as _};
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::artifacts::SimArtifacts;
use core_monitor_simulation::engine::{API_1_41, SimImage};

use crate::deploys::{WAR, WEB, artifacts_of, deploy};
use crate::installation::{Installation, apply};
use crate::runtime;

const OLD: &[u8] = b"the application of yesterday";
const NEW: &[u8] = b"the application of today";

/// A stack that runs the old artifact as version 2, and has the new one in version 3.
struct Shop {
    installation: Installation,
    stack: StackId,
    store: SimArtifacts,
    old: ArtifactDigest,
    new: ArtifactDigest,
}

impl Shop {
    async fn open() -> Self {
        let installation = Installation::new(API_1_41);
        installation.engine.add_image(SimImage::new("web:1"));
        let store = SimArtifacts::default();
        installation.engine.put_from(&store);
        let [old, new] = [OLD, NEW].map(|bytes| store.put(bytes, installation.clock.now()));
        let stack = installation.create(WEB).await;
        let shop = Self { installation, stack, store, old, new };
        assert_eq!(shop.installation.carry_out(stack, apply(1)).await.status, CommandStatus::Done);
        shop.save(old).await;
        assert_eq!(shop.deploy(2, OnFailure::Rollback).await.status, CommandStatus::Done);
        shop.save(new).await;
        shop
    }

    async fn save(&self, digest: ArtifactDigest) -> VersionNumber {
        self.installation.update_with(self.stack, WEB, &[], artifacts_of(digest)).await
    }

    async fn deploy(&self, version: u32, on_failure: OnFailure) -> Command {
        self.installation.carry_out(self.stack, deploy(version, on_failure)).await
    }

    /// Somebody sends the same bytes again.
    fn send(&self, bytes: &[u8]) {
        self.store.put(bytes, self.installation.clock.now());
    }

    /// What is in the container.
    fn file(&self) -> String {
        self.installation.engine.files_of("shop-web-1").remove(WAR).unwrap_or_default()
    }

    /// The steps that the status says are needed.
    async fn drift(&self) -> Vec<String> {
        let drift = self.installation.status(self.stack).await.drift.unwrap();
        let text = |step: &DriftStep| format!("{} because {}", step.action, step.cause);
        drift.steps.iter().map(text).collect()
    }
}

/// A failure that says which artifact it is, and what helps.
#[track_caller]
fn names(failure: &Failure, digest: ArtifactDigest, what: &str) {
    assert_eq!(failure.code, FailureCode::ArtifactUnavailable, "{failure:?}");
    let words = format!("`{digest}` is {what}");
    assert!(failure.text().contains(&words), "`{}` does not say `{words}`", failure.text());
    let hint = failure.hint.as_ref().unwrap().to_string();
    assert!(hint.contains("send its bytes"), "{hint}");
}

#[test]
fn one_that_has_changed_is_taken_back_and_sending_it_again_heals_it() {
    runtime().block_on(async {
        let shop = Shop::open().await;
        shop.store.damage(&shop.new);
        let ended = shop.deploy(3, OnFailure::Rollback).await;
        assert_eq!(ended.status, CommandStatus::Cancelled, "{:?}", ended.failure);
        names(&ended.failure.unwrap(), shop.new, "damaged");
        assert_eq!(ended.result.unwrap().rolled_back_to, Some(VersionNumber(2)));
        assert_eq!(shop.file(), shop.old.to_string(), "the former one, whole");
        assert_eq!(shop.drift().await, [""; 0]);
        shop.send(NEW);
        let done = shop.deploy(3, OnFailure::Rollback).await;
        assert_eq!(done.status, CommandStatus::Done, "{:?}", done.failure);
        assert_eq!(shop.file(), shop.new.to_string());
    });
}

#[test]
fn half_of_one_never_counts_as_the_artifact() {
    runtime().block_on(async {
        let shop = Shop::open().await;
        shop.store.damage(&shop.new);
        let failed = shop.deploy(3, OnFailure::Hold).await;
        assert_eq!(failed.status, CommandStatus::Failed);
        names(failed.failure.as_ref().unwrap(), shop.new, "damaged");
        assert_eq!(shop.file(), format!("half of {}", shop.new));
        let status = shop.installation.status(shop.stack).await;
        let [placement] = &*status.services[0].containers[0].observed.placements else {
            panic!("{:?}", status.services)
        };
        let remains: Vec<_> = placement.remains.iter().map(|content| content.digest).collect();
        assert_eq!((&placement.content, placement.verified), (&None, false));
        assert_eq!(remains, [shop.old, shop.new]);
        assert!(
            shop.drift().await[0].ends_with("because the version has another artifact for `app`"),
            "{:?}",
            shop.drift().await
        );
        // It is still damaged, and then it is not.
        shop.installation.retry(failed.id).await;
        let again = shop.installation.settle(failed.id).await;
        assert_eq!(again.status, CommandStatus::Failed);
        shop.send(NEW);
        shop.installation.retry(failed.id).await;
        assert_eq!(shop.installation.settle(failed.id).await.status, CommandStatus::Done);
        assert_eq!(shop.file(), shop.new.to_string());
        assert_eq!(shop.drift().await, [""; 0]);
    });
}

#[test]
fn when_the_former_one_has_changed_too_the_next_apply_mends_it() {
    runtime().block_on(async {
        let shop = Shop::open().await;
        shop.store.damage(&shop.new);
        shop.store.damage(&shop.old);
        let failed = shop.deploy(3, OnFailure::Rollback).await;
        assert_eq!(failed.status, CommandStatus::Failed, "there is no way back");
        let failure = failed.failure.unwrap();
        let also = failure.also.all();
        let both: String = std::iter::once(&failure.message).chain(&also).map(ToString::to_string).collect();
        for digest in [shop.old, shop.new] {
            assert!(both.contains(&digest.to_string()), "{both}");
        }
        shop.installation.cancel(failed.id).await;
        assert!(!shop.drift().await.is_empty());
        shop.send(OLD);
        let done = shop.installation.carry_out(shop.stack, apply(2)).await;
        assert_eq!(done.status, CommandStatus::Done, "{:?}", done.failure);
        assert_eq!(shop.file(), shop.old.to_string());
        assert_eq!(shop.drift().await, [""; 0]);
    });
}

#[test]
fn a_new_container_does_not_start_with_half_of_one_or_without_it() {
    runtime().block_on(async {
        let shop = Shop::open().await;
        let engine = &shop.installation.engine;
        let lost = async |what: &str| {
            engine.remove_by_hand(&engine.container_named("shop-web-1").unwrap());
            let failed = shop.installation.carry_out(shop.stack, apply(2)).await;
            assert_eq!(failed.status, CommandStatus::Failed);
            names(failed.failure.as_ref().unwrap(), shop.old, what);
            let made = engine.container_named("shop-web-1").unwrap();
            assert_eq!(engine.starts()[&made], 0, "it never ran");
            shop.send(OLD);
            shop.installation.retry(failed.id).await;
            assert_eq!(shop.installation.settle(failed.id).await.status, CommandStatus::Done);
            assert_eq!(shop.file(), shop.old.to_string());
        };
        shop.store.damage(&shop.old);
        lost("damaged").await;
        let later = Timestamp::from_millis(4_000_000_000_000).unwrap();
        assert!(shop.store.remove_unused(&shop.old, later).await.unwrap());
        lost("not stored").await;
    });
}
