//! What a declaration under `x-core-monitor.on-demand` asks for that cannot be done.

core_monitor_message::messages! {
    pub(crate) fn too_many_windows(limit) = "a schedule has at most {limit} windows";
    pub(crate) fn time_zone_unknown(zone) = "`{zone}` is not a time zone; use a name such as `Europe/Paris` or `UTC`";
    pub(crate) fn window_unusable(text) =
        "`{text}` is not a window; write days and hours such as `mon-fri 08:00-19:00` or `daily 06:00-22:00`";
    pub(crate) fn window_is_empty(text) = "`{text}` ends when it begins; write `00:00-24:00` for a whole day";
    pub(crate) fn host_unusable(host) =
        "`{host}` is not a host name; write one such as `shop.example.org` or `*.example.org`, without scheme, port and path";
    pub(crate) fn theme_unusable(name) =
        "`{name}` is not the name of a theme; use letters, digits, `-` and `_`, at most 64";
    pub(crate) fn path_prefix_unusable(path) =
        "`{path}` is not the beginning of a path; it starts with `/` and has no `?`, `#`, `..` or empty parts";
}
