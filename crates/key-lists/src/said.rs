//! Why there is no list of keys.

core_monitor_message::messages! {
    // Questions.
    pub(crate) fn key_source_address(url) = "`{url}` cannot be asked for keys: give an address that begins with `http://` or `https://` and has a host";
    pub(crate) fn key_source_unreachable(host, reason) = "`{host}` cannot be asked for the keys: {reason}";
    pub(crate) fn key_source_slow(host, seconds) = "`{host}` has not sent all keys within {seconds} seconds";
    pub(crate) fn key_source_redirected(host, status) = "`{host}` sends whoever asks for the keys elsewhere ({status}): give the address where it ends";
    pub(crate) fn key_source_refused(host, status) = "`{host}` has no keys for us, it answers {status}; it has to be 200";
    pub(crate) fn key_source_large(host, limit) = "the list of keys of `{host}` is larger than {limit} bytes";

    // Answers.
    pub(crate) fn key_source_no_json(host) = "what `{host}` answers is not JSON, or not all of it";
    pub(crate) fn key_source_no_list(host) =
        "what `{host}` answers is no list of keys: it has to be a JSON array of texts, or an object with nothing but such an array as `keys`";
    pub(crate) fn key_source_too_many(host, limit) = "the list of `{host}` has more than {limit} keys";
    pub(crate) fn key_source_no_text(host, position) = "number {position} of the list of `{host}` is not a text";
    pub(crate) fn key_source_no_key(host, position, problem: Message) =
        "number {position} of the list of `{host}` is no key: {problem}";
}
