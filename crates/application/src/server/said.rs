//! What plans, imports and definitions are told about.

core_monitor_message::messages! {
    pub(crate) fn catalog_folder_unreadable() = "the folder of the catalogue cannot be read; the log says why";
    pub(crate) fn wizard_stack_has_another_name(name) = "the stack is called `{name}`, and a version cannot rename it";
    pub(crate) fn wizard_secret_refused(name, reason) = "the value for `{name}` cannot be kept: {reason}";
    pub(crate) fn wizard_port_of_service(service) = "the service `{service}` publishes it too";
    pub(crate) fn wizard_port_of_server() = "Core Monitor itself listens on it";
    pub(crate) fn wizard_port_of_container(container, image) = "the container `{container}` ({image}) has it";
    pub(crate) fn not_carried_over(what: Message) = "not carried over: {what}";
    pub(crate) fn delete_takes_versions(count) =
        "the stack goes with all its versions, {count} in number, and its name becomes free; its commands can still be read";
    pub(crate) fn delete_keeps_versions(version) =
        "the stack stays with its versions, and version {version} is no longer applied";
    pub(crate) fn delete_leaves_the_engine() =
        "its containers, networks and volumes stay as they are and are nobody's from then on: the project can be imported again";
    /// Both are numbers of containers.
    pub(crate) fn scaled(service, before, after) = "scaled `{service}` from {before} to {after}";
    pub(crate) fn number_not_in_place() =
        "the number of its containers cannot be changed alone where it is written: it is a variable, has an anchor, or comes from another file";
    pub(crate) fn newest_version_changes_file(version) =
        "version {version} has another content than the applied one already: put both together in the definition";
    pub(crate) fn no_definition_with_file() =
        "with this file as it is now, the definition would not be valid: correct it in the definition";
    pub(crate) fn service_not_in_the_newest_version() = "the newest version does not have the service";
    pub(crate) fn deployed(artifact, service, slot) = "deployed `{artifact}` to `{service}/{slot}`";
    pub(crate) fn artifact_left_out(artifact, service, slot) =
        "the artifact `{artifact}` is left out: the service `{service}` has no slot `{slot}` that takes it any more";
    pub(crate) fn declare_slot_again() =
        "declare the slot again, or leave it: containers that have the artifact are replaced";
    pub(crate) fn route_is_taken(address, service, stack) =
        "`{address}` is taken by the service `{service}` of the stack `{stack}`: its requests go there until that one gives it up";
    pub(crate) fn give_up_route() =
        "choose another host or path, or take this one out of the other stack and apply that first";
    pub(crate) fn route_is_taken_over(address, service, stack) =
        "requests to `{address}` go to the service `{service}` of the stack `{stack}` now; this stack is older, so they will come here \
         once this version is applied";
    pub(crate) fn choose_other_route() = "use another host or path, unless that is what you want";
    pub(crate) fn moved_from_port(port) = "another port: {port} was taken";
    pub(crate) fn instance_of(template, version) = "made from version {version} of the template `{template}`";
    pub(crate) fn instance_saved_by_hand(version) =
        "somebody has saved version {version} of the stack of this instance by hand, and nobody has applied it yet";
    pub(crate) fn upgrade_forbidden() = "whoever began the rollout is no longer allowed to upgrade instances of this template";
    pub(crate) fn upgrade_cancelled() = "its upgrade was cancelled";
    pub(crate) fn converted_template_unreadable(why: Message) = "it cannot be read as a template: {why}";
    pub(crate) fn no_template_declared() = "no compose file declares a template under `x-core-monitor.template`";
    pub(crate) fn declare_template() =
        "add `x-core-monitor: {{template: {{parameters: {{}}}}}}` at the top level of the compose file, and the parameters to it";
    pub(crate) fn template_with_secret(name) =
        "`{name}` is a secret variable, but each instance of a template has secrets of its own";
    pub(crate) fn declare_secret(name) =
        "declare `{name}` as a parameter: `{name}: {{type: secret, generate: true}}`";
    pub(crate) fn port_range_full(range) = "every port of {range} is taken";
    pub(crate) fn port_not_a_number() = "this has to be the number of a port";
    pub(crate) fn port_of_no_range(port, range) = "{port} is no port of {range}";
    pub(crate) fn port_has_an_owner(port) = "the port {port} is taken";
    pub(crate) fn build_service_unknown(service) = "`build` names `{service}`, and the definition has no such service";
    pub(crate) fn mount_root_to_come(root) =
        "the setting `mount_roots` of the server has no folder `{root}`: no instance can be launched until it has";
    pub(crate) fn allow_mount_root(root) = "add `{root}=/path/on/the/host` to it, or name a folder that it has";
    pub(crate) fn parameter_refused(parameter, what: Message) = "`{parameter}`: {what}";
    pub(crate) fn related_stack_unknown(key, stack) =
        "there is no stack `{stack}`: `{key}` has no effect until there is one";
    pub(crate) fn related_service_unknown(key, stack, service) =
        "the applied version of the stack `{stack}` has no service `{service}` that wakes on demand: `{key}` has no effect until it has";
    pub(crate) fn check_related_names() = "check the name of the stack and that of the service";
    pub(crate) fn more_folder_files(count) = "{count} more files of the stack's folder change";
    pub(crate) fn mounted_file_is_absent(service, path) =
        "service `{service}` mounts `{path}`, which is not among the files of this version: where it is missing on the host, the engine makes a folder of this name";
    pub(crate) fn more_files_are_absent(count) =
        "{count} more files are mounted or read that are not among the files of this version";
    pub(crate) fn source_file_is_absent(section, name, path) =
        "`{name}` of `{section}` is read from `{path}`, which is not among the files of this version: where it is missing on the \
         host, no container that uses it can be created";
    pub(crate) fn send_the_mounted_file() =
        "send the file with the definition, or put it on the host before the version is applied";
    pub(crate) fn too_many_containers(containers, maximum) =
        "the stack has {containers} containers; the maximum is {maximum}";
    pub(crate) fn lower_scale() = "lower `scale` or `deploy.replicas`";
    pub(crate) fn image_name_invalid(image, service) =
        "`{image}` of service `{service}` is not a valid image name";
    pub(crate) fn use_lowercase_image() =
        "use a lower-case image name such as `nginx:1.27` or `registry.example.com:5000/team/app:2`";
    pub(crate) fn nul_character(path) =
        "`{path}` contains a NUL character, which cannot be passed to a program";
    pub(crate) fn remove_nul() = "remove the `\\0`";
    pub(crate) fn folder_file_added(path) =
        "`{path}` is added to the stack's folder: a mounted folder shows that at once, a container that mounts the file itself is replaced";
    pub(crate) fn folder_file_changed(path) =
        "`{path}` changes in the stack's folder: a mounted folder shows that at once, a container that mounts the file itself is replaced";
    pub(crate) fn folder_file_removed(path) =
        "`{path}` is removed from the stack's folder: a mounted folder shows that at once, a container that mounts the file itself is replaced";
    pub(crate) fn edited_file_overwritten(path) =
        "somebody has changed `{path}` in the stack's folder since it was written: applying overwrites it";
    pub(crate) fn edited_file_kept(path) =
        "somebody has changed `{path}` in the stack's folder since it was written: it is not in this version, and is kept";
    pub(crate) fn removed_file_restored(path) =
        "somebody has removed `{path}` from the stack's folder: applying writes it again";
    pub(crate) fn more_edited_files(count) =
        "somebody has changed {count} more files of the stack's folder";
    pub(crate) fn drifted_step(step: Message, cause: Message) = "{step} ({cause})";
    pub(crate) fn secret_is_also_plain(name) =
        "`{name}` is a secret variable and is also given in `variables`";
    pub(crate) fn secret_is_also_plain_hint(name) =
        "leave it out of `variables`, or remove the secret variable `{name}` in the same request";
    pub(crate) fn nothing_to_keep(name) =
        "the secret variable `{name}` cannot be kept: the version before does not have it";
    pub(crate) fn nothing_to_keep_hint() = "give it a value, or let one be generated";
    pub(crate) fn named_secret_unknown(name, secret) =
        "the secret variable `{name}` is to be the secret `{secret}`, which does not exist";
    pub(crate) fn named_secret_unknown_hint(secret) =
        "create the secret `{secret}` first, or give the variable a value of its own";
    pub(crate) fn kept_secret_not_opened(name, reason) =
        "the value of the secret variable `{name}` cannot be opened: {reason}";
    pub(crate) fn kept_secret_not_opened_hint() =
        "restore `secret.key` from the backup of the data folder, or set a new value";
    pub(crate) fn secret_not_sealed(name, reason) =
        "the value of the secret variable `{name}` cannot be encrypted: {reason}";
    pub(crate) fn secret_not_sealed_hint() = "try again; nothing was saved";
    pub(crate) fn too_many_secrets(most) = "a version may have at most {most} secret variables";
    pub(crate) fn secret_misplaced(path, shown) =
        "`{path}` cannot contain the secret variable in `{shown}`: its value would be shown there";
    pub(crate) fn secret_misplaced_hint() =
        "use secret variables in `environment`, `command`, health checks, hooks, build arguments and the content of configs and secrets; make this one a plain variable";
    pub(crate) fn secret_in_a_program(path, shown) =
        "`{path}` cannot contain the secret variable in `{shown}`: without an `entrypoint` in the definition, it may be the program, which the engine's errors quote";
    pub(crate) fn secret_in_a_program_hint() =
        "give the service the `entrypoint` of its image, or pass the value in `environment`";
    pub(crate) fn secret_has_no_effect_as_text() =
        "a secret variable cannot be used here: only a text can be secret";
    pub(crate) fn secret_changes_meaning(path) =
        "the value of a secret variable changes how `{path}` is read";
    pub(crate) fn secret_changes_meaning_hint() =
        "write a list instead of one line, so that spaces and quotes in the value mean nothing, or choose another value";
    pub(crate) fn secret_value_rejected() =
        "with the value of a secret variable, the definition is not valid here";
}
