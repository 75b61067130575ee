//! What is wrong with a request.

core_monitor_message::messages! {
    pub(crate) fn shared_state_missing() = "the server's shared state is missing";
    pub(crate) fn content_encoding_unsupported(encoding) =
        "the body has `Content-Encoding: {encoding}`, which is not supported";
    pub(crate) fn send_without_encoding() =
        "send the body without content encoding; send a tar.gz project folder as `Content-Type: application/gzip`";
    pub(crate) fn body_too_slow(seconds) = "the request body did not arrive within {seconds} seconds";
    pub(crate) fn body_shorter_than_announced() = "it is shorter than its `Content-Length`";
    pub(crate) fn body_chunks_malformed() = "its chunks are malformed";
    pub(crate) fn body_unreadable(reason: Message) = "the body cannot be read: {reason}";
    pub(crate) fn body_too_large(limit) = "the request body is larger than {limit} bytes";
    pub(crate) fn body_not_utf8(byte) = "the body is not UTF-8 text: byte {byte} is invalid";
    pub(crate) fn save_as_utf8() = "save the file as UTF-8";
    pub(crate) fn body_not_json(content_type) = "the body must be `application/json`, not `{content_type}`";
    pub(crate) fn add_json_content_type() = "add the header `Content-Type: application/json`";
    pub(crate) fn body_empty() = "the body is empty; it must be a JSON object";
    pub(crate) fn json_not_an_object() = "the JSON body must be an object";
    pub(crate) fn json_invalid(line, column, reason: Message) =
        "the JSON body is invalid at line {line}, column {column}: {reason}";
    pub(crate) fn body_memory_full(limit) =
        "the bodies and answers of other requests take up the {limit} bytes set aside for them";
    pub(crate) fn raise_body_memory() =
        "try again later, or raise `body_memory` in the server's configuration";
    pub(crate) fn comment_too_long(limit) = "the comment is longer than {limit} characters";
    pub(crate) fn send_definition_or_archive() =
        "send a definition as `application/json` or a compose file as `application/yaml`; POST the archive of a project folder to the same address with `/archive` at its end";
    pub(crate) fn send_octet_stream() = "send the archive as `application/octet-stream`";
    pub(crate) fn compose_not_writable(reason) = "`compose` cannot be written as YAML: {reason}";
    pub(crate) fn compose_form() = "`compose` must be a YAML string or an object";
    pub(crate) fn variable_name_not_valid(name) = "`{name}` in `variables` is not a valid variable name";
    pub(crate) fn files_contain_compose(path) =
        "`files` must not contain `{path}`: that path is used for a compose file";
    pub(crate) fn compose_twice() = "there are both `compose` and `compose_files`, of which exactly one is needed";
    pub(crate) fn compose_missing() =
        "there is neither `compose` nor `compose_files`, of which exactly one is needed";
    pub(crate) fn compose_files_empty() = "`compose_files` is empty; it needs at least one file";
    pub(crate) fn compose_file_twice(path) = "`{path}` is there twice in `compose_files`";
    pub(crate) fn file_of_compose_files_invalid(path, reason: Message) = "`{path}` in `compose_files` {reason}";
    pub(crate) fn files_path_is_both(path) = "`{path}` in `files` is both a file and a folder";
    pub(crate) fn archive_without_compose_file(names) = "the archive contains none of {names}";
    pub(crate) fn archive_file_missing(path) = "the archive has no file `{path}`";
    pub(crate) fn archive_file_of_dotenv_missing(path) =
        "the archive has no file `{path}`, which `COMPOSE_FILE` in its `.env` names";
    pub(crate) fn pack_the_folder() = "pack the folder that contains the compose file";
    pub(crate) fn name_a_compose_file(paths) =
        "name a compose file with `?compose_file=PATH`; the archive contains {paths}";
    pub(crate) fn limit_out_of_range(limit, most) = "`limit` is {limit}, but must be from 1 to {most}";
    pub(crate) fn not_a_moment(name, value) = "`{name}` is `{value}`, which is neither a time nor a duration";
    pub(crate) fn write_moments_like() = "write a time like `2026-01-26T10:00:00Z`, or how long ago, like `10m` or `1h30m`";
    pub(crate) fn not_an_actor(value) =
        "`actor` is `{value}`, which is nobody: write `token:ID:NAME`, `user:ID:NAME` or `system:server`, as in `GET /audit`";
    pub(crate) fn not_a_resource(value) =
        "`resource` is `{value}`, which is no resource: write it as in `GET /audit`, such as `registry:docker.io`";
    pub(crate) fn cursor_invalid() = "`cursor` is not a cursor of this list";
    pub(crate) fn send_next_as_cursor() =
        "send the `next` of the previous page, or omit `cursor` to start from the beginning";
    pub(crate) fn separate_with_commas() = "separate several words with commas";
    pub(crate) fn words_unknown(name, text, known) =
        "`{name}` has `{text}`, but must have words from {known}";
    pub(crate) fn wait_out_of_range(seconds, most) =
        "`wait` is {seconds}, but must be from 0 to {most} seconds";
    pub(crate) fn artifact_content_type(content_type) =
        "an artifact cannot be sent as `{content_type}`";
    pub(crate) fn send_artifact_as() =
        "send it as `application/octet-stream` or as the file of a `multipart/form-data`; one that is stored is named in JSON: `{{\"artifact\": \"sha256:...\"}}`";
    pub(crate) fn form_invalid(reason) = "the form cannot be read: {reason}";
    pub(crate) fn form_without_file() = "the form has no part with a file";
    pub(crate) fn form_with_more() = "the form has more than one part";
    pub(crate) fn send_one_file() = "send one file; everything else goes into the query";
    pub(crate) fn digest_invalid(header) =
        "the header `{header}` has no SHA-256 like `sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:`";
    pub(crate) fn digest_of_form(header) =
        "the header `{header}` is about the whole form; send the artifact as `application/octet-stream` to have it checked";
    pub(crate) fn digest_other(header, expected, found) =
        "the header `{header}` says {expected}, but what arrived has the SHA-256 {found}";
    pub(crate) fn uploads_full(most) = "{most} artifacts are being received, which are all that may be";
    pub(crate) fn artifact_reference_invalid(text) = "`{text}` is not the digest of an artifact";
    pub(crate) fn digests_look_like() = "a digest is `sha256:` and 64 lower-case hexadecimal digits";
    pub(crate) fn parameter_missing(name) = "the parameter `{name}` is missing";
    pub(crate) fn parameter_invalid(name, why: Message) = "`{name}`: {why}";
    pub(crate) fn if_match_missing() = "the request has no `If-Match` header";
    pub(crate) fn send_etag() = "send the stack's `ETag` in `If-Match`, or send `If-Match: *`";
    pub(crate) fn header_more_than_once(header) = "the header `{header}` occurs more than once";
    pub(crate) fn header_not_plain_text(header) = "the header `{header}` is not plain text";
    pub(crate) fn if_match_invalid() = "the header `If-Match` is neither `*` nor the `ETag` of a stack";
    pub(crate) fn etag_looks_like() =
        "an `ETag` looks like `\"v3.42\"`; GET /api/v1/stacks/{{id}} returns it";
    pub(crate) fn if_match_no_template() =
        "the header `If-Match` is neither `*` nor the `ETag` of a template";
    pub(crate) fn template_etag_looks_like() =
        "an `ETag` of a template looks like `\"v3\"`; GET /api/v1/templates/{{template}} returns it";
    pub(crate) fn idempotency_key_invalid(most) =
        "the header `Idempotency-Key` must have 1 to {most} printable ASCII characters";
    pub(crate) fn path_malformed(path) = "`{path}` has a malformed id or version number";
    pub(crate) fn ids_look_like() =
        "ids look like `0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10`; versions are numbered 1, 2, 3; GET /api/v1/stacks?name=NAME finds a stack by name";
    pub(crate) fn archive_reader_failed() = "the archive could not be read";
    pub(crate) fn content_type_missing() = "the request has no `Content-Type`";
    pub(crate) fn content_type_unsupported(content_type) = "the request has `Content-Type: {content_type}`";
    /// `reason` says what is wrong with the path or the content.
    pub(crate) fn file_of_files_invalid(path, reason: Message) = "`{path}` in `files` {reason}";
    pub(crate) fn not_base64(reason) = "is not base64: {reason}";
    pub(crate) fn query_invalid(reason: Message) = "invalid query: {reason}";
    pub(crate) fn query_value(name, text, reason: Message) = "`{name}` is `{text}`: {reason}";
    pub(crate) fn query_unknown(name, known) = "there is no parameter `{name}`; the parameters are {known}";
    pub(crate) fn query_takes_one(name, known) = "there is no parameter `{name}`; the only parameter is {known}";
    pub(crate) fn query_takes_none(name) = "there is no parameter `{name}`; there are none here";
    pub(crate) fn query_twice(name) = "the parameter `{name}` is given twice";
    pub(crate) fn query_not_utf8(name) = "`{name}` has bytes that are no UTF-8";
    pub(crate) fn query_number_too_large() = "the number is too large";
    pub(crate) fn query_number_too_small() = "the number is too small";
    pub(crate) fn has_to_be(wanted: Message) = "it has to be {wanted}";
    pub(crate) fn this_has_to_be(wanted: Message, found: Message) = "this has to be {wanted}, but is {found}";
    pub(crate) fn field_has_to_be(field, wanted: Message, found: Message) =
        "`{field}` has to be {wanted}, but is {found}";
    pub(crate) fn value_one_of(known) = "one of {known}";
    pub(crate) fn value_string() = "a string";
    pub(crate) fn value_list() = "a list";
    pub(crate) fn value_object() = "an object";
    pub(crate) fn value_null() = "null";
    pub(crate) fn value_true_or_false() = "`true` or `false`";
    pub(crate) fn value_number() = "a number";
    pub(crate) fn value_integer() = "a whole number";
    pub(crate) fn value_whole_number() = "a whole number of at least 0";
    pub(crate) fn value_up_to(most) = "a whole number from 0 to {most}";
    pub(crate) fn value_uuid() = "a UUID, such as `0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10`";
    pub(crate) fn value_time() = "a time such as 2026-12-01T18:00:00Z";
    pub(crate) fn value_of_length(length) = "one with {length} entries";
    pub(crate) fn value_other() = "something else";
    pub(crate) fn value_shown(text) = "`{text}`";
    pub(crate) fn parser_unknown_field(field, known) = "there is no field `{field}`; the fields are {known}";
    pub(crate) fn parser_field_not_the_one(field, known) = "there is no field `{field}`; the only field is {known}";
    pub(crate) fn parser_unknown_field_alone(field) =
        "there is no field `{field}`: nothing belongs into this object";
    pub(crate) fn parser_missing_field(field) = "the field `{field}` is missing";
    pub(crate) fn parser_duplicate_field(field) = "the field `{field}` is there twice";
    pub(crate) fn parser_duplicate_key(key) = "the key `{key}` is there twice";
    pub(crate) fn parser_end_of_input(what) = "it ends in the middle of {what}";
    pub(crate) fn parser_expected(what) = "here has to be a {what}";
    pub(crate) fn parser_no_value() = "this is no JSON value: strings stand in double quotes";
    pub(crate) fn parser_trailing_characters() = "more text follows its end";
    pub(crate) fn parser_trailing_comma() = "nothing follows the last comma";
    pub(crate) fn parser_key_not_a_string() = "a key must be a string in quotes";
    pub(crate) fn parser_control_character() =
        "a string contains a control character, which has to be escaped";
    pub(crate) fn parser_invalid_escape() = "a string contains an invalid escape";
    pub(crate) fn parser_invalid_number() = "invalid number";
    pub(crate) fn parser_recursion_limit() = "it is nested too deeply";
    pub(crate) fn secret_name_invalid(name) =
        "`{name}` in `secret_variables`: it is not a name of letters, digits and underscores that starts with a letter or an underscore";
    pub(crate) fn secret_variable_invalid(name, reason: Message) = "secret variable `{name}`: {reason}";
    pub(crate) fn secret_empty() = "it is empty";
    pub(crate) fn secret_with_nul() = "it contains a NUL character";
    pub(crate) fn named_secret_invalid() =
        "`secret` is not the name of a secret: expected 1 to 64 letters, digits and `_`, `.`, `-`, beginning with a letter or digit";
    pub(crate) fn secret_too_long(limit) = "it is longer than {limit} bytes";
    pub(crate) fn secret_length(shortest, longest) = "the length is not between {shortest} and {longest}";
    pub(crate) fn secret_keep_or_remove() = "`keep` and `remove` can only be true";
}
