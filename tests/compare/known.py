"""Recognises intentional deviations: each has a row in docs/compose-deviations.md."""

import re

#: Patterns of a disagreement, each with the case of its row.
RULES = [
    (r"wrongly rejected:  .*invalid-name.*container_name", "container_name"),
    (r"differs: (\.services\.NAME\.(build\.)?ulimits\S* ?)+\n.*\"\(absent\)\" != ", "ulimit_zero"),
    (r"(mem\w*|shm_size|\.memory|\.size|rate)\S*: \"\(absent\)\" != ", "sizes_with_a_decimal_point"),
    (r"`[+-]Inf` is not a size", "sizes_with_a_decimal_point"),
    (r"is out of range or not a whole number", "fractional_integers"),
    (r"is not an IP address \(write", "extra_hosts_addresses"),
    (r"missing variable name|` has no name|of service `.*` has no name", "variables_without_a_name"),
    (r"build\.context: \"\(absent\)\" != ", "empty_build"),
    (r"crash of the reference", "null_over_a_value"),
    (r"unknown key .* in `extends`", "unknown_keys_of_extends"),
    (r"in the definition it overrides \(use", "non_strings_in_string_lists"),
    (r"(config|secret) `[^`]*` has no content", "missing_content"),
    (r"outside the project folder", "paths_outside_the_project"),
    (r"conflicts with imported resource", "identical_declarations"),
    (r"configs\.NAME: file\|environment\|content", "variables_of_included_files"),
    (r"differs: .*\.(volumes|networks|configs|secrets)\.NAME\.name", "empty_names"),
    (r"duplicate `[^`]*` in `group_add`", "duplicate_numbers_and_strings"),
    (r"confusing device mapping|invalid spec: |invalid type map|unsupported expose value|unexpected type int|missing a mount target|invalid type <nil> for build", "other_services_of_an_extended_file"),
    (r"`` is not a boolean|`\S+` is not a boolean", "other_services_of_an_extended_file"),
    (r"wrongly rejected:  .*variable name .* ends with whitespace", "space_after_a_name"),
    (r"wrongly accepted: (invalid proto|invalid (containerPort|hostPort))", "reset_of_invalid_items"),
    (r"types\.SSHKey", "ssh_in_two_documents"),
    (r"ipam\.options", "ipam_options"),
]


def known(disagreement, project):
    """Returns the case of the deviation that explains a disagreement, or `None`."""
    if "network_mode: ''" in str(project) and ".networks" in disagreement.kind:
        return "empty_network_mode"
    text = f"{disagreement.kind}\n{disagreement.detail}"
    return next((case for pattern, case in RULES if re.search(pattern, text)), None)
