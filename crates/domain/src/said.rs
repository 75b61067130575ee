//! What the outside answers when it cannot do what it was asked.

core_monitor_message::messages! {
    pub(crate) fn engine_unreachable(reason) = "the container engine cannot be reached: {reason}";
    pub(crate) fn engine_did_not_answer(seconds) =
        "the container engine did not answer within {seconds} s";
    pub(crate) fn command_ended(code) = "it ended with exit code {code}";
    pub(crate) fn folder_in_place_of_file(path) =
        "`{path}` in the stack's folder is a folder, where the version has a file";
    pub(crate) fn no_folder_in_place_of_folder(path) =
        "`{path}` in the stack's folder is not a folder, where the version has one";
    pub(crate) fn link_in_place_of_folder(path) =
        "`{path}` in the stack's folder is a symbolic link, which is never followed, where the version has a folder";
    pub(crate) fn folder_unusable(what, reason) = "the stack's folder cannot be used: {what}: {reason}";
}
