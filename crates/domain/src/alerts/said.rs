//! What alerts say, and why one could not be sent.

core_monitor_message::messages! {
    /// Headings. They have no backticks, since they are subjects of mails and headings of notifications.
    pub(crate) fn alert_worker_silent() = "no worker answers";
    pub(crate) fn alert_worker_back() = "a worker answers again";
    pub(crate) fn alert_engine_unreachable() = "the container engine does not answer";
    pub(crate) fn alert_engine_back() = "the container engine answers again";
    pub(crate) fn alert_queue_blocked(stack, kind) = "{stack}: {kind} failed, and later commands wait";
    pub(crate) fn alert_queue_free(stack, kind) = "{stack}: nothing waits for the failed {kind} any more";
    pub(crate) fn alert_command_failed(stack, kind) = "{stack}: {kind} failed";
    pub(crate) fn alert_command_settled(stack, kind) = "{stack}: the failed {kind} was retried or cancelled";
    pub(crate) fn alert_service_crashing(stack, service) = "{stack}: service {service} keeps crashing";
    pub(crate) fn alert_service_steady(stack, service) = "{stack}: service {service} has stopped crashing";
    pub(crate) fn alert_service_failed(stack, service) = "{stack}: service {service} has failed";
    pub(crate) fn alert_service_back(stack, service) = "{stack}: service {service} is no longer failed";
    pub(crate) fn alert_service_unhealthy(stack, service) = "{stack}: service {service} is unhealthy";
    pub(crate) fn alert_service_recovered(stack, service) = "{stack}: service {service} is no longer unhealthy";
    pub(crate) fn alert_start_failing(stack, service) = "{stack}: service {service} does not start";
    pub(crate) fn alert_start_recovered(stack, service) = "{stack}: starts of service {service} no longer fail";
    pub(crate) fn alert_disk_low(path, free) = "only {free} are free on the disk of {path}";
    pub(crate) fn alert_disk_fine(path) = "there is enough space on the disk of {path} again";
    pub(crate) fn alert_test() = "a test of alerts";
    pub(crate) fn alert_test_arrived() = "somebody asked whether alerts arrive here: this one has";
    pub(crate) fn alert_too_many() = "too many alerts";
    pub(crate) fn alert_all_told() = "alerts are complete again";
    /// Before the heading of an alert that was told already.
    pub(crate) fn alert_still(what: Message) = "still: {what}";
    /// After the heading of an alert that keeps coming and going.
    pub(crate) fn alert_again_and_again(what: Message) = "{what}, again and again";

    /// What is the case, and what to try.
    pub(crate) fn alert_and_try(what: Message, hint: Message) = "{what}; {hint}";
    pub(crate) fn alert_restarts(service, count, minutes) =
        "the engine has restarted service `{service}` {count} times within {minutes} min";
    pub(crate) fn alert_starts(service, times, why: Message) =
        "{times} starts of service `{service}` in a row have failed, the last one because {why}";
    pub(crate) fn alert_read_logs_of_start() = "read its logs; it is tried again when somebody asks for it";
    pub(crate) fn alert_not_observed() = "the worker runs, but cannot observe the container engine";
    pub(crate) fn alert_lasts(span, what: Message) = "this has lasted {span}: {what}";
    pub(crate) fn alert_over(span) = "it lasted {span}";
    pub(crate) fn alert_flaps(count, minutes, what: Message) =
        "this has come and gone: it began {count} times within {minutes} min. You are told when it has been gone for {minutes} min. Now: {what}";
    pub(crate) fn alert_calm(minutes) = "it has not come back for {minutes} min";
    pub(crate) fn alert_left_out(limit, count) =
        "there were more than {limit} alerts within an hour, and {count} were left out so far; those that still matter follow as soon as they may, and the overview shows everything";
    pub(crate) fn alert_left_out_once(limit) =
        "there were more than {limit} alerts within an hour, and one was left out so far; it follows as soon as it may if it still matters, and the overview shows everything";
    pub(crate) fn alert_came_late(count) =
        "every alert is told again when it happens; left out or told late until now: {count}";

    pub(crate) fn send_credentials(host, answer) =
        "{host} refused the credentials ({answer}): check address, user, password or token of this channel";
    pub(crate) fn send_no_name(host) = "the name {host} was not found: check how it is spelt, and the DNS of this machine";
    pub(crate) fn send_unreachable(host, reason) =
        "{host} cannot be reached ({reason}): check address and port, and whether a firewall is in between";
    pub(crate) fn send_timed_out(host, seconds) =
        "{host} did not answer within {seconds} s: check address and port, and whether it is overloaded";
    pub(crate) fn send_certificate(host, reason) =
        "the certificate of {host} is not trusted ({reason}): if it is from an authority of your own, add that to those that this machine trusts";
    pub(crate) fn send_tls(host, reason) =
        "no secure connection to {host} ({reason}): check that its port is one for encrypted connections of this kind";
    pub(crate) fn send_no_tls(host) =
        "{host} offers no encryption: use its port for STARTTLS or `smtps://`, or add `?tls=none` if it is a relay on your own network";
    pub(crate) fn send_redirected(host, status) =
        "{host} answered {status}, a redirect, which is not followed: use the address that it leads to";
    pub(crate) fn send_later(host, answer) = "{host} cannot take the alert now: {answer}";
    pub(crate) fn send_rejected(host, answer) = "{host} rejected the alert, check the address of this channel: {answer}";
    pub(crate) fn send_unusable(reason) = "the alert cannot be sent: {reason}";
}
