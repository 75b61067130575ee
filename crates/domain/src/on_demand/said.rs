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
    pub(crate) fn held_closed(opens) = "its schedule is closed until {opens}";
    pub(crate) fn held_turn() = "waits for its turn: other services are starting";
    pub(crate) fn held_needs(stack, service) = "waits for `{stack}/{service}`, which it needs";
    pub(crate) fn held_beside(stack, service) = "waits until `{stack}/{service}` sleeps, which must not run at the same time";
    pub(crate) fn held_memory(needed, free) =
        "waits for memory: it needs about {needed} MiB, and {free} MiB are free";
    pub(crate) fn start_command_failed(sentence) = "the start failed: {sentence}";
    pub(crate) fn start_not_queued(sentence) = "the queue did not take the start: {sentence}";
    pub(crate) fn start_ended(code) = "its container ended with exit code {code}";
    pub(crate) fn start_without_container() = "there is no container to start; apply the stack";
    pub(crate) fn start_silent(seconds) = "it did not answer within {seconds} s";
    pub(crate) fn start_unhealthy() = "its health check fails";
    pub(crate) fn start_failed_as(word) = "it did not start (`{word}`)";
    pub(crate) fn nobody_starts() = "no worker answers, so nothing can be started now";
    pub(crate) fn host_taken(host, other) = "requests to `{host}` go to `{other}`, since that stack is older";
}
