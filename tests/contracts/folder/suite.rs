//! The tests of the contract.

use core_monitor_domain::drift::{HostFile, LONGEST_TEXT};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::FolderChanges;
use uuid::Uuid;

use crate::bench::{Bench, STACK, file};

contract!(
    a_folder_is_updated_to_each_version,
    a_file_may_become_a_folder_and_come_back,
    foreign_files_are_kept,
    changed_files_are_kept_when_no_version_has_them,
    the_version_wins_where_it_has_a_file,
    obstacles_are_reported,
    an_empty_folder_made_by_the_engine_gives_way_to_a_file,
    links_are_never_followed,
    a_link_in_the_place_of_a_file_is_replaced,
    an_interrupted_write_is_resumed,
    an_interrupted_removal_is_resumed,
    every_call_may_be_repeated,
    empty_calls_do_nothing,
    stacks_do_not_see_each_other,
    what_somebody_edits_is_seen,
    what_somebody_edits_is_read,
);

async fn a_folder_is_updated_to_each_version(b: &Bench) {
    let all = ["compose.yaml=1", "conf/app.conf=a", "run.sh*=x"];
    b.check(&all, "write compose.yaml conf/app.conf run.sh", "compose.yaml=1; conf/app.conf=a; run.sh*=x")
        .await;
    // Different content, and a different mode.
    let changed = ["compose.yaml=1", "conf/app.conf=b", "run.sh=x"];
    b.check(&changed, "write conf/app.conf run.sh", "compose.yaml=1; conf/app.conf=b; run.sh=x").await;
    // The folder is removed with its last file.
    b.check(&["compose.yaml=1"], "remove conf/app.conf run.sh", "compose.yaml=1").await;
    b.check(&["a/b/c=1", "a/d=1"], "write a/b/c a/d, remove compose.yaml", "a/b/c=1; a/d=1").await;
    b.check(&["a/d=1"], "remove a/b/c", "a/d=1").await;
    b.check(&[], "remove a/d", "").await;
}

async fn a_file_may_become_a_folder_and_come_back(b: &Bench) {
    b.check(&["a=1"], "write a", "a=1").await;
    b.check(&["a/b=2"], "write a/b, remove a", "a/b=2").await;
    // The folder still exists during the comparison, with a file whose owner is unknown there.
    b.check(&["a=1"], "write a, overwritten a, remove a/b", "a=1").await;
}

async fn foreign_files_are_kept(b: &Bench) {
    b.check(&["a=1", "data/seed=s"], "write a data/seed", "a=1; data/seed=s").await;
    b.put("data/db=rows");
    b.disk.make_folder(STACK, "empty");
    b.check(&["a=1"], "remove data/seed", "a=1; data/db=rows; empty/").await;
    b.check(&[], "remove a", "data/db=rows; empty/").await;
}

async fn changed_files_are_kept_when_no_version_has_them(b: &Bench) {
    b.check(&["a=1", "b=1", "c=1"], "write a b c", "a=1; b=1; c=1").await;
    b.put("a=2");
    b.disk.take_away(STACK, "b");
    b.disk.make_folder(STACK, "b");
    // Reported once, then forgotten.
    b.check(&["c=1"], "kept a b", "a=2; b/; c=1").await;
    // A file that becomes wanted again is no longer a version's unmodified file.
    b.check(&["a=1", "c=1"], "write a, overwritten a", "a=1; b/; c=1").await;
}

async fn the_version_wins_where_it_has_a_file(b: &Bench) {
    b.check(&["a=1", "b=1"], "write a b", "a=1; b=1").await;
    b.put("a=2");
    b.disk.take_away(STACK, "b");
    b.check(&["a=1", "b=1"], "write a b, overwritten a", "a=1; b=1").await;
    b.put("c=3");
    b.check(&["a=1", "b=1", "c=1"], "write c, overwritten c", "a=1; b=1; c=1").await;
    // Correct content is not rewritten, whoever wrote it, and only its writer may remove it.
    b.put("d=1");
    b.check(&["a=1", "b=1", "c=1", "d=1"], "", "a=1; b=1; c=1; d=1").await;
    b.check(&[], "remove a b c", "d=1").await;
}

async fn obstacles_are_reported(b: &Bench) {
    b.check(&["b=1"], "write b", "b=1").await;
    b.put("app.conf/theirs=1");
    let folder = "`app.conf` in the stack's folder is a folder, where the version has a file";
    b.check_refused(&["app.conf=1", "b=1"], folder).await;
    b.put("x=theirs");
    let no_folder = "`x` in the stack's folder is not a folder, where the version has one";
    b.check_refused(&["b=1", "x/y=1"], no_folder).await;
    assert_eq!(b.listing(), "app.conf/theirs=1; b=1; x=theirs");
    b.disk.take_away(STACK, "app.conf");
    b.check(&["app.conf=1", "b=1"], "write app.conf, remove x/y", "app.conf=1; b=1; x=theirs").await;
}

async fn an_empty_folder_made_by_the_engine_gives_way_to_a_file(b: &Bench) {
    b.check(&["compose.yaml=1"], "write compose.yaml", "compose.yaml=1").await;
    b.disk.make_folder(STACK, "app.conf");
    b.disk.make_folder(STACK, "conf/site.conf");
    let files = ["app.conf=1", "compose.yaml=1", "conf/site.conf=1"];
    let written = "app.conf=1; compose.yaml=1; conf/site.conf=1";
    b.check(&files, "write app.conf conf/site.conf", written).await;
}

async fn links_are_never_followed(b: &Bench) {
    b.check(&["a=1", "conf/file=1"], "write a conf/file", "a=1; conf/file=1").await;
    b.disk.take_away(STACK, "conf");
    b.disk.link(STACK, "conf");
    let words = "`conf` in the stack's folder is a symbolic link, which is never followed, where the version has a folder";
    b.check_refused(&["a=1", "conf/file=2"], words).await;
    // The target of the link is not removed either.
    b.check(&["a=1"], "remove conf/file", "a=1; conf->").await;
}

async fn a_link_in_the_place_of_a_file_is_replaced(b: &Bench) {
    b.check(&["a=1", "b=1"], "write a b", "a=1; b=1").await;
    b.disk.take_away(STACK, "a");
    b.disk.link(STACK, "a");
    b.check(&["a=1", "b=1"], "write a, overwritten a", "a=1; b=1").await;
    b.disk.take_away(STACK, "a");
    b.disk.link(STACK, "a");
    b.check(&["b=1"], "kept a", "a->; b=1").await;
}

async fn an_interrupted_write_is_resumed(b: &Bench) {
    b.check(&["a=1", "c=1"], "write a c", "a=1; c=1").await;
    b.put("b/theirs=1");
    b.write(&["a=2", "b=2", "c=2", "d=2"]).await.unwrap_err();
    assert_eq!(b.listing(), "a=2; b/theirs=1; c=1", "in order, up to what is in the way");
    // Files that existed before have no other owner, and neither do those not yet reached.
    let expected = FolderChanges {
        write: vec!["b".into(), "c".into(), "d".into()],
        overwritten: vec!["b".into()],
        ..FolderChanges::default()
    };
    assert_eq!(b.compare(&["a=2", "b=2", "c=2", "d=2"]).await.unwrap(), expected);
    b.check(&["a=1"], "write a, remove c d, kept b", "a=1; b/theirs=1").await;
}

async fn an_interrupted_removal_is_resumed(b: &Bench) {
    b.check(&["a=1", "conf/sub/x=1"], "write a conf/sub/x", "a=1; conf/sub/x=1").await;
    // The file is removed, its folder not yet.
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

async fn empty_calls_do_nothing(b: &Bench) {
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

async fn what_somebody_edits_is_seen(b: &Bench) {
    let all = ["a=1", "conf/b=1", "c=1", "d=1"];
    assert_eq!(b.edited().await, "", "nothing is written yet");
    b.bring(&all).await.unwrap();
    assert_eq!(b.edited().await, "");
    b.put("theirs=1");
    assert_eq!(b.edited().await, "", "a file of others");
    b.put("a=2");
    b.disk.take_away(STACK, "conf");
    b.disk.take_away(STACK, "c");
    b.disk.make_folder(STACK, "c");
    b.disk.take_away(STACK, "d");
    b.disk.link(STACK, "d");
    assert_eq!(b.edited().await, "a changed, c changed, conf/b removed, d changed");
    // Also when it was as it should be before.
    b.put("a=1");
    assert_eq!(b.edited().await, "c changed, conf/b removed, d changed");
    b.put("a=3");
    assert_eq!(b.edited().await, "a changed, c changed, conf/b removed, d changed");
    b.bring(&all).await.unwrap();
    assert_eq!(b.edited().await, "");
}

async fn what_somebody_edits_is_read(b: &Bench) {
    let text = |text: &str, executable| HostFile::Text { text: text.to_owned(), executable };
    b.bring(&["conf/a=1", "b*=1", "c=1", "d=1", "e/f=1", "g=1"]).await.unwrap();
    b.put("conf/a=2");
    b.put("theirs=1");
    b.put(&format!("g={}", "x".repeat(LONGEST_TEXT + 1)));
    b.disk.take_away(STACK, "c");
    b.disk.take_away(STACK, "d");
    b.disk.link(STACK, "d");
    b.disk.take_away(STACK, "e");
    b.disk.link(STACK, "e");
    let paths = ["conf/a", "b", "c", "d", "e/f", "g", "theirs", "conf", "../x"].map(str::to_owned);
    let read = b.folders.read_written(STACK, &paths).await.unwrap();
    let expected = [
        ("b", text("1", true)),
        ("c", HostFile::Gone),
        ("conf/a", text("2", false)),
        ("d", HostFile::Other),
        ("e/f", HostFile::Other),
        ("g", HostFile::Other),
    ];
    assert_eq!(
        read,
        expected.map(|(path, file)| (path.to_owned(), file)).into(),
        "what no version wrote is not read"
    );
    let nobody = b.folders.read_written(StackId(Uuid::from_u128(8)), &paths).await.unwrap();
    assert!(nobody.is_empty());
}
