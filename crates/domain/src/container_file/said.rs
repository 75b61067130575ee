//! What is wrong with a path, and why a file cannot be had.

core_monitor_message::messages! {
    pub(crate) fn path_not_absolute() = "the path does not begin with `/`";
    pub(crate) fn nul_in_path() = "the path contains a NUL character, which no path can have";
    pub(crate) fn dots_in_path() = "the path contains `..`; write it without";
    pub(crate) fn path_too_long(most, most_of_part) = "a path has at most {most} bytes, and {most_of_part} between two slashes";
    pub(crate) fn file_not_found() = "there is nothing at this path";
    pub(crate) fn path_not_a_folder(what: Message) = "this is {what}, not a folder";
    pub(crate) fn not_a_file(what: Message) = "this is {what}, not a file";
    pub(crate) fn a_file() = "a file";
    pub(crate) fn a_folder() = "a folder";
    pub(crate) fn a_link() = "a symbolic link";
    pub(crate) fn a_special_file() = "a device, a pipe or a socket";
    pub(crate) fn no_folder() = "the folder for the file does not exist";
    pub(crate) fn kernel_files() =
        "nothing can be put into `/proc`, `/sys` and `/dev`: the kernel's files are in its place when the container runs";
    pub(crate) fn member_refused(name, reason: Message) = "the member `{name}` of the tar is refused: {reason}";
    pub(crate) fn member_leads_out() = "it has a part `..`";
    pub(crate) fn member_is_device() = "it is a device";
    pub(crate) fn member_is_link() = "it is a link, which could lead out of the volume";
    pub(crate) fn member_is_no_utf8() = "its name is no UTF-8, so that its folders cannot be looked at in a volume";
    pub(crate) fn too_many_folders(most) = "the tar has more than {most} folders, each of which has to be looked at in a volume; send it in parts";
    pub(crate) fn link_instead_of_folder(target) = "this is a symbolic link to `{target}`; name that folder instead";
    pub(crate) fn link_instead_of_file(target) = "this is a symbolic link to `{target}`; name that file instead";
    pub(crate) fn link_on_the_way(path) =
        "`{path}` is a symbolic link, which could lead out of the volume; name the folder itself";
    pub(crate) fn links_in_a_circle() = "symbolic links on the way lead in a circle";
    pub(crate) fn read_only() = "the container or the mount is read-only here";
    pub(crate) fn no_space() = "the disk of the engine is full";
    pub(crate) fn transfer_too_large(size, most) = "it has {size} bytes; at most {most} are transferred (`files_limit`)";
    pub(crate) fn not_a_tar() =
        "the body is not an uncompressed tar; the engine would unpack a compressed one with programs of the container";
    pub(crate) fn upload_interrupted() =
        "the content ended early or was longer than announced; a part of it may have been written";
    pub(crate) fn refused_by_engine(message) = "the engine refuses it: {message}";
}
