//! What no stack gets.

core_monitor_message::messages! {
    pub(crate) fn installation_is_protected(owner, path) =
        "`{owner}` may not mount `{path}`: the data and keys of Core Monitor itself are there";
    pub(crate) fn mount_own_folder() =
        "mount a folder that has nothing to do with them; paths such as `./data` are in the stack's own folder and allowed";
    pub(crate) fn socket_is_protected(owner, path) =
        "`{owner}` may not mount `{path}`: whoever has the socket of the engine has the host";
    pub(crate) fn name_stack_for_socket(stack) =
        "do without the socket, or add `{stack}` to the setting `socket_stacks` of the worker";
    pub(crate) fn process_folder_is_protected(owner, path) =
        "`{owner}` may not mount `{path}`: through the folder of a process, all its files can be reached";
    pub(crate) fn mount_the_folder_itself() = "mount what you need by its own path";
    pub(crate) fn own_container_is_protected(owner, container) =
        "`{owner}` may not share namespaces or volumes with `{container}`, which runs Core Monitor itself";
    pub(crate) fn share_with_another_container() =
        "share them with a service of the stack, or with another container";
}
