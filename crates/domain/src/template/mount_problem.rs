//! Why something of the host cannot be mounted.

use core_monitor_message::Message;

use super::{HostMount, MountForm, said};

/// Most characters of a path that a sentence shows.
const SHOWN: usize = 200;

/// Why a [`HostMount`] cannot be mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MountProblem {
    /// The allowed folder itself is not on this host.
    NoRoot,
    /// It is not there.
    Missing,
    /// It is of the other form, or something that is neither a folder nor a file.
    OtherForm,
    /// A link leads out of the allowed folder.
    LeavesRoot,
    /// The operating system does not let this program look at it.
    Unreadable {
        /// What it says.
        reason: String,
    },
}

impl MountProblem {
    /// The sentence about this mount.
    pub fn message(&self, mount: &HostMount) -> Message {
        let (path, root) = (shown(&mount.absolute()), shown(&mount.root));
        match (self, mount.form) {
            (Self::NoRoot, _) => said::mount_folder_missing(root),
            (Self::Missing, MountForm::Folder) => said::mount_folder_missing(path),
            (Self::Missing, MountForm::File) => said::mount_file_missing(path),
            (Self::OtherForm, MountForm::Folder) => said::mount_not_a_folder(path),
            (Self::OtherForm, MountForm::File) => said::mount_not_a_file(path),
            (Self::LeavesRoot, _) => said::mount_leaves_root(path, root),
            (Self::Unreadable { reason }, _) => said::mount_unreadable(path, reason),
        }
    }
}

impl HostMount {
    /// Where it is, as an absolute path.
    pub fn absolute(&self) -> String {
        format!("{}/{}", self.root.trim_end_matches('/'), self.path)
    }
}

/// The beginning of a path: it may be as long as a value.
fn shown(path: &str) -> String {
    path.chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_names_what_is_expected_and_where() {
        let mount = |form| HostMount {
            parameter: "DATA".parse().unwrap(),
            root: "/srv/".to_owned(),
            path: "shop/data".to_owned(),
            form,
        };
        let said = |problem: MountProblem| {
            let text = |form| problem.message(&mount(form)).text().to_owned();
            [text(MountForm::Folder), text(MountForm::File)]
        };
        let both = |text: &str| [text.to_owned(), text.to_owned()];
        assert_eq!(said(MountProblem::NoRoot), both("there is no folder `/srv/` on the host"));
        assert_eq!(
            said(MountProblem::Missing),
            [
                "there is no folder `/srv/shop/data` on the host",
                "there is no file `/srv/shop/data` on the host"
            ]
        );
        assert_eq!(
            said(MountProblem::OtherForm),
            ["`/srv/shop/data` on the host is not a folder", "`/srv/shop/data` on the host is not a file"]
        );
        assert_eq!(
            said(MountProblem::LeavesRoot),
            both("`/srv/shop/data` leads out of `/srv/` through a link")
        );
        let unreadable = MountProblem::Unreadable { reason: "no access".to_owned() };
        assert_eq!(said(unreadable), both("`/srv/shop/data` on the host cannot be looked at: no access"));
    }

    #[test]
    fn a_long_path_is_cut() {
        let mount = HostMount {
            parameter: "DATA".parse().unwrap(),
            root: "/srv".to_owned(),
            path: "é".repeat(8_000),
            form: MountForm::Folder,
        };
        let text = MountProblem::Missing.message(&mount).text().chars().count();
        assert_eq!(text, SHOWN + "there is no folder `` on the host".len());
    }
}
