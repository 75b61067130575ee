//! What is wrong with the configuration of an autostart proxy, and what remains to be done.

core_monitor_message::messages! {
    pub(crate) fn autostart_too_long(length, limit) =
        "the configuration has {length} bytes, which is more than the limit of {limit}";
    pub(crate) fn autostart_not_json(reason: Message) = "the configuration is not JSON: {reason}";
    pub(crate) fn autostart_object_expected() = "an object with `services` is expected here";
    pub(crate) fn autostart_empty() = "the configuration is empty";
    pub(crate) fn autostart_give_the_text() =
        "give the whole text of the proxy's `config.json`, which is an object with `services`";
    pub(crate) fn autostart_no_services() = "`services` is missing; it is a list of objects with `name` and `port`";
    pub(crate) fn autostart_too_many(limit) = "there are more than {limit} services";
    pub(crate) fn autostart_not_an_object() = "a service is an object with `name` and `port`";
    pub(crate) fn autostart_key_missing(key) = "`{key}` is missing";
    pub(crate) fn autostart_not_a_text(key) = "`{key}` must be a text";
    pub(crate) fn autostart_name_invalid(name) =
        "`{name}` is not the name of a service; use letters, digits, `.`, `_` and `-`";
    pub(crate) fn autostart_name_twice(name) = "there are two services called `{name}`";
    pub(crate) fn autostart_port_invalid() = "`port` must be a number from 1 to 65535";
    pub(crate) fn autostart_timeout_invalid() = "`timeout` must be a number of milliseconds of at least 1000";
    pub(crate) fn autostart_mode_unknown(mode) = "`{mode}` is not a mode; there are `dynamic` and `blocking`";
    pub(crate) fn autostart_key_unknown(key) = "`{key}` has no equivalent and was left out";
    pub(crate) fn autostart_theme_is_own(theme) =
        "`{theme}` is not a built-in theme; put one of this name into the gateway's folder of themes";
    pub(crate) fn autostart_hosts_missing(name) =
        "no host leads to `{name}` yet: add `hosts`, or let the proxy in front name it with `X-Service-Name` and `X-Target-Port`";
    pub(crate) fn autostart_compose_missing(name) =
        "the compose file was not given: put this beside it, under the service that `{name}` stands for and with the port inside its container";
    pub(crate) fn autostart_compose_unreadable(reason) = "the compose file cannot be read: {reason}";
    pub(crate) fn autostart_service_not_found(port) =
        "no service of the compose file publishes port {port}, and there are several: put this under the right one, with the port inside its container";
    pub(crate) fn autostart_declared_already(service) = "`{service}` declares `x-core-monitor` already: add this to it by hand";
    pub(crate) fn autostart_not_editable(service) = "`{service}` is not a plain mapping in the compose file: add this to it by hand";
}
