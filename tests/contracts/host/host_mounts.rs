//! `HostMounts`: what is there, of the right form and inside its root can be mounted.

use core_monitor_domain::ports::HostMounts;
use core_monitor_domain::template::{HostMount, MountForm};
use core_monitor_host::SystemMounts;
use core_monitor_simulation::host_mounts::SimHostMounts;

/// The code of the refusal, as a folder and as a file.
async fn refused(mounts: &dyn HostMounts, root: &str, path: &str) -> [Option<String>; 2] {
    let mount = |form| HostMount {
        parameter: "DATA".parse().unwrap(),
        root: root.to_owned(),
        path: path.to_owned(),
        form,
    };
    let folder = mounts.refusal(&mount(MountForm::Folder)).await;
    let file = mounts.refusal(&mount(MountForm::File)).await;
    [folder, file].map(|message| message.map(|message| message.code().to_owned()))
}

/// `root` has the folder `shop/data`, the file `shop/map.txt` and `away`, a link to a folder beside it.
async fn looks(mounts: &dyn HostMounts, root: &str) {
    let codes = |folder: Option<&str>, file: Option<&str>| [folder, file].map(|code| code.map(str::to_owned));
    let folder = codes(None, Some("mount_not_a_file"));
    assert_eq!(refused(mounts, root, "shop").await, folder);
    assert_eq!(refused(mounts, root, "shop/data").await, folder);
    assert_eq!(refused(mounts, &format!("{root}/"), "shop/data").await, folder);
    assert_eq!(refused(mounts, root, "shop/map.txt").await, codes(Some("mount_not_a_folder"), None));
    let missing = codes(Some("mount_folder_missing"), Some("mount_file_missing"));
    assert_eq!(refused(mounts, root, "shop/other").await, missing);
    let away = codes(Some("mount_leaves_root"), Some("mount_leaves_root"));
    assert_eq!(refused(mounts, root, "away").await, away);
    assert_eq!(refused(mounts, root, "away/inside").await, away);
    let no_root = codes(Some("mount_folder_missing"), Some("mount_folder_missing"));
    assert_eq!(refused(mounts, &format!("{root}-of-nobody"), "shop").await, no_root);
}

/// `link` leads to `root`, which has `shop`.
async fn follows(mounts: &dyn HostMounts, link: &str, root: &str) {
    assert_eq!(mounts.resolved(root).await, root);
    assert_eq!(mounts.resolved(link).await, root);
    assert_eq!(mounts.resolved(&format!("{link}/shop")).await, format!("{root}/shop"));
    assert_eq!(mounts.resolved(&format!("{link}/of/nobody")).await, format!("{root}/of/nobody"));
    assert_eq!(mounts.resolved(&format!("{link}-2")).await, format!("{link}-2"));
}

#[tokio::test]
async fn in_memory() {
    let mounts = SimHostMounts::default();
    mounts.put_folder("/srv/root/shop/data");
    mounts.put_file("/srv/root/shop/map.txt");
    mounts.put_link_away("/srv/root/away");
    looks(&mounts, "/srv/root").await;
    mounts.remove("/srv/root/shop/data");
    let gone = refused(&mounts, "/srv/root", "shop/data").await;
    assert_eq!(gone[0].as_deref(), Some("mount_folder_missing"));
    mounts.put_link("/srv/link", "/srv/root");
    follows(&mounts, "/srv/link", "/srv/root").await;
}

#[tokio::test]
async fn on_a_disk() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(at("root/shop/data")).unwrap();
    std::fs::create_dir_all(at("beside/inside")).unwrap();
    std::fs::write(at("root/shop/map.txt"), "x").unwrap();
    std::os::unix::fs::symlink("../beside", at("root/away")).unwrap();
    looks(&SystemMounts, &at("root").display().to_string()).await;
    std::os::unix::fs::symlink("root", at("link")).unwrap();
    let base = folder.path().canonicalize().unwrap();
    let [link, root] = ["link", "root"].map(|name| base.join(name).display().to_string());
    follows(&SystemMounts, &link, &root).await;
}
