//! The sentences of the contract.

use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::FolderChanges;
use uuid::Uuid;

use crate::bench::{Bench, STACK, file};

contract!(
    a_folder_follows_its_versions,
    a_file_may_become_a_folder_and_come_back,
    what_others_put_there_stays,
    what_others_changed_stays_when_no_version_wants_it,
    the_version_wins_where_it_has_a_file,
    what_is_in_the_way_is_said,
    links_are_never_followed,
    a_link_in_the_place_of_a_file_goes,
    a_write_that_was_broken_off_is_taken_up,
    a_removal_that_was_broken_off_is_taken_up,
    every_call_may_be_repeated,
    nothing_asked_is_nothing_done,
    stacks_do_not_see_each_other,
);

async fn a_folder_follows_its_versions(b: &Bench) {
    let all = ["compose.yaml=1", "conf/app.conf=a", "run.sh*=x"];
    b.check(&all, "write compose.yaml conf/app.conf run.sh", "compose.yaml=1; conf/app.conf=a; run.sh*=x")
        .await;
    // Another content, and another mode.
    let changed = ["compose.yaml=1", "conf/app.conf=b", "run.sh=x"];
    b.check(&changed, "write conf/app.conf run.sh", "compose.yaml=1; conf/app.conf=b; run.sh=x").await;
    // The folder goes with its last file.
    b.check(&["compose.yaml=1"], "remove conf/app.conf run.sh", "compose.yaml=1").await;
    b.check(&["a/b/c=1", "a/d=1"], "write a/b/c a/d, remove compose.yaml", "a/b/c=1; a/d=1").await;
    b.check(&["a/d=1"], "remove a/b/c", "a/d=1").await;
    b.check(&[], "remove a/d", "").await;
}

async fn a_file_may_become_a_folder_and_come_back(b: &Bench) {
    b.check(&["a=1"], "write a", "a=1").await;
    b.check(&["a/b=2"], "write a/b, remove a", "a/b=2").await;
    // The folder is still there when it is compared, and nobody can say whose folders are.
    b.check(&["a=1"], "write a, overwritten a, remove a/b", "a=1").await;
}

async fn what_others_put_there_stays(b: &Bench) {
    b.check(&["a=1", "data/seed=s"], "write a data/seed", "a=1; data/seed=s").await;
    b.put("data/db=rows");
    b.disk.make_folder(STACK, "empty");
    b.check(&["a=1"], "remove data/seed", "a=1; data/db=rows; empty/").await;
    b.check(&[], "remove a", "data/db=rows; empty/").await;
}

async fn what_others_changed_stays_when_no_version_wants_it(b: &Bench) {
    b.check(&["a=1", "b=1", "c=1"], "write a b c", "a=1; b=1; c=1").await;
    b.put("a=2");
    b.disk.take_away(STACK, "b");
    b.disk.make_folder(STACK, "b");
    // Told once, and forgotten.
    b.check(&["c=1"], "kept a b", "a=2; b/; c=1").await;
    // What is wanted again is not what a version wrote any more.
    b.check(&["a=1", "c=1"], "write a, overwritten a", "a=1; b/; c=1").await;
}

async fn the_version_wins_where_it_has_a_file(b: &Bench) {
    b.check(&["a=1", "b=1"], "write a b", "a=1; b=1").await;
    b.put("a=2");
    b.disk.take_away(STACK, "b");
    b.check(&["a=1", "b=1"], "write a b, overwritten a", "a=1; b=1").await;
    b.put("c=3");
    b.check(&["a=1", "b=1", "c=1"], "write c, overwritten c", "a=1; b=1; c=1").await;
    // The right content is no reason to write, whoever put it there; and nobody's to remove but theirs.
    b.put("d=1");
    b.check(&["a=1", "b=1", "c=1", "d=1"], "", "a=1; b=1; c=1; d=1").await;
    b.check(&[], "remove a b c", "d=1").await;
}

async fn what_is_in_the_way_is_said(b: &Bench) {
    b.check(&["b=1"], "write b", "b=1").await;
    b.disk.make_folder(STACK, "app.conf");
    let folder = "`app.conf` in the stack's folder is a folder, where the version has a file";
    b.check_refused(&["app.conf=1", "b=1"], folder).await;
    b.put("x=theirs");
    let no_folder = "`x` in the stack's folder is no folder, where the version has one";
    b.check_refused(&["b=1", "x/y=1"], no_folder).await;
    assert_eq!(b.listing(), "app.conf/; b=1; x=theirs");
    b.disk.take_away(STACK, "app.conf");
    b.check(&["app.conf=1", "b=1"], "write app.conf, remove x/y", "app.conf=1; b=1; x=theirs").await;
}

async fn links_are_never_followed(b: &Bench) {
    b.check(&["a=1", "conf/file=1"], "write a conf/file", "a=1; conf/file=1").await;
    b.disk.take_away(STACK, "conf");
    b.disk.link(STACK, "conf");
    let words = "`conf` in the stack's folder is a symbolic link, which is never followed, where the version has a folder";
    b.check_refused(&["a=1", "conf/file=2"], words).await;
    // What is behind it is not removed either.
    b.check(&["a=1"], "remove conf/file", "a=1; conf->").await;
}

async fn a_link_in_the_place_of_a_file_goes(b: &Bench) {
    b.check(&["a=1", "b=1"], "write a b", "a=1; b=1").await;
    b.disk.take_away(STACK, "a");
    b.disk.link(STACK, "a");
    b.check(&["a=1", "b=1"], "write a, overwritten a", "a=1; b=1").await;
    b.disk.take_away(STACK, "a");
    b.disk.link(STACK, "a");
    b.check(&["b=1"], "kept a", "a->; b=1").await;
}

async fn a_write_that_was_broken_off_is_taken_up(b: &Bench) {
    b.check(&["a=1", "c=1"], "write a c", "a=1; c=1").await;
    b.disk.make_folder(STACK, "b");
    b.write(&["a=2", "b=2", "c=2", "d=2"]).await.unwrap_err();
    assert_eq!(b.listing(), "a=2; b/; c=1", "in order, up to what is in the way");
    // What was there before is nobody else's, nor is what was not reached.
    let expected = FolderChanges {
        write: vec!["b".into(), "c".into(), "d".into()],
        overwritten: vec!["b".into()],
        ..FolderChanges::default()
    };
    assert_eq!(b.compare(&["a=2", "b=2", "c=2", "d=2"]).await.unwrap(), expected);
    b.check(&["a=1"], "write a, remove c d, kept b", "a=1; b/").await;
}

async fn a_removal_that_was_broken_off_is_taken_up(b: &Bench) {
    b.check(&["a=1", "conf/sub/x=1"], "write a conf/sub/x", "a=1; conf/sub/x=1").await;
    // The file is gone, its folder not yet.
    b.disk.take_away(STACK, "conf/sub/x");
    b.check(&["a=1"], "remove conf/sub/x", "a=1").await;
    b.check(&["a=1", "conf/sub/x=1"], "write conf/sub/x", "a=1; conf/sub/x=1").await;
    b.disk.take_away(STACK, "conf/sub");
    b.check(&["a=1"], "remove conf/sub/x", "a=1").await;
}

async fn every_call_may_be_repeated(b: &Bench) {
    for _ in 0..2 {
        b.write(&["a=1", "sub/b*=2"]).await.unwrap();
        assert_eq!(b.listing(), "a=1; sub/b*=2");
    }
    b.put("a=theirs");
    b.disk.make_folder(STACK, "theirs");
    for _ in 0..2 {
        b.remove(&["a", "sub/b", "theirs/never"]).await.unwrap();
        assert_eq!(b.listing(), "a=theirs; theirs/");
    }
}

async fn nothing_asked_is_nothing_done(b: &Bench) {
    assert!(b.compare(&[]).await.unwrap().is_empty());
    b.write(&[]).await.unwrap();
    b.remove(&[]).await.unwrap();
    assert_eq!(b.listing(), "");
    b.put("a=theirs");
    b.write(&[]).await.unwrap();
    b.remove(&[]).await.unwrap();
    assert_eq!(b.listing(), "a=theirs");
    assert!(b.compare(&[]).await.unwrap().is_empty());
}

async fn stacks_do_not_see_each_other(b: &Bench) {
    let other = StackId(Uuid::from_u128(8));
    b.check(&["a=1"], "write a", "a=1").await;
    b.folders.write(other, &[file("a=2")]).await.unwrap();
    assert_eq!((b.listing(), b.disk.listing(other)), ("a=1".into(), "a=2".into()));
    b.check(&[], "remove a", "").await;
    assert_eq!(b.disk.listing(other), "a=2");
}
