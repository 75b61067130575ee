//! Why an archive is refused.

core_monitor_message::messages! {
    pub(crate) fn archive_member(path, fault: Message) = "`{path}` {fault}";
    /// `found` is the name of a format.
    pub(crate) fn archive_not_a_tar(found) = "the archive is not a tar but looks like {found}";
    pub(crate) fn archive_not_gzip(found) = "the archive is not gzip but looks like {found}";
    pub(crate) fn archive_not_a_zip(found) = "the archive is not a zip but looks like {found}";
    pub(crate) fn archive_damaged(reason) = "the archive is damaged: {reason}";
    pub(crate) fn archive_trailing() = "the archive has data after its end";
    pub(crate) fn archive_duplicate_names() = "the archive has two members with the same name";
    pub(crate) fn archive_not_tar() = "the archive is not a tar";
    pub(crate) fn archive_of_no_format() = "this is neither a tar nor a tar.gz nor a zip";
    pub(crate) fn archive_no_bytes() = "the archive is empty: no bytes were received";
    pub(crate) fn archive_empty() = "the archive has no files";
    pub(crate) fn archive_packed_too_large(limit) = "the archive is larger than {limit} bytes";
    pub(crate) fn archive_unpacked_too_large(limit) =
        "the files of the archive are larger than {limit} bytes in total";
    pub(crate) fn archive_too_many_members(limit) = "the archive has more than {limit} members";
    pub(crate) fn archive_ratio(limit) = "the archive unpacks to more than {limit} times its size";
    pub(crate) fn archive_input() = "the archive could not be read to its end";
    pub(crate) fn archive_output() = "the files of the archive could not be written";
    pub(crate) fn member_absolute() = "is an absolute path";
    pub(crate) fn member_parent() = "has `..` in its path";
    pub(crate) fn member_backslash() = "has a backslash in its path";
    pub(crate) fn member_drive() = "starts with a drive letter";
    pub(crate) fn member_control() = "has a control character in its path";
    pub(crate) fn member_not_utf8() = "has a path that is not UTF-8";
    pub(crate) fn member_empty_component() = "has an empty component in its path";
    pub(crate) fn member_long_path(limit) = "has a path longer than {limit} bytes";
    pub(crate) fn member_long_component() = "has a component longer than 255 bytes in its path";
    pub(crate) fn member_duplicate() = "occurs twice";
    pub(crate) fn member_file_and_folder() = "is both a file and a folder";
    pub(crate) fn member_link_outside(target) = "links to `{target}`, which is outside the archive's folder";
    pub(crate) fn member_link_dangling(target) = "links to `{target}`, which is not in the archive";
    pub(crate) fn member_link_to_folder(target) = "links to the folder `{target}`";
    pub(crate) fn member_link_loop() = "is a link that does not lead to a file";
    pub(crate) fn member_device() = "is a device; only files and folders are accepted";
    pub(crate) fn member_fifo() = "is a FIFO; only files and folders are accepted";
    pub(crate) fn member_of_unknown_type() = "is a file of unknown type; only files and folders are accepted";
    pub(crate) fn member_sparse() = "is a sparse file";
    pub(crate) fn member_encrypted() = "is encrypted";
    pub(crate) fn member_compression() = "is compressed by a method other than deflate";
    pub(crate) fn member_damaged(reason) = "is damaged: {reason}";
    pub(crate) fn archive_check_the_file() =
        "check that the file exists and that the program that packs it succeeded";
    pub(crate) fn archive_set_content_type() = "set `Content-Type` to the format of the archive";
    pub(crate) fn archive_pack_in_a_format() =
        "pack the folder as a tar, tar.gz or zip: `tar czf folder.tgz -C FOLDER .`";
    pub(crate) fn archive_send_uncompressed() = "send it as an uncompressed tar";
    pub(crate) fn archive_pack_the_folder() = "pack the folder that has the files";
    pub(crate) fn archive_pack_from_inside() =
        "pack the folder from inside: `tar czf folder.tgz -C FOLDER .`";
    pub(crate) fn archive_pack_with_slashes() = "pack it with a program that uses `/` in paths";
    pub(crate) fn archive_rename_file() = "rename the file";
    pub(crate) fn archive_replace_link() =
        "replace the link with the file; `tar --dereference` does this for all links";
    pub(crate) fn archive_pack_without_sparse() = "pack it without `--sparse`";
    pub(crate) fn archive_pack_without_password() = "pack it without a password";
    pub(crate) fn archive_use_deflate() = "use `zip -Z deflate`";
    pub(crate) fn archive_exclude_it() = "exclude it";
}
