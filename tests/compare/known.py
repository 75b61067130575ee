"""Disagreements that are deviations on purpose: each has a row in docs/compose-deviations.md."""

import re

#: What the two say, and the case of the row.
RULES = [
    (r"wrongly refused: .*invalid-name.*container_name", "container_name"),
    (r"differs: (\.services\.NAME\.(build\.)?ulimits\S* ?)+\n.*\"\(absent\)\" != ", "ulimit_zero"),
    (r"(mem\w*|shm_size|\.memory|\.size|rate)\S*: \"\(absent\)\" != ", "sizes_with_a_point"),
    (r"`[+-]Inf` is not a size", "sizes_with_a_point"),
    (r"is out of range or not a whole number", "fractions_of_whole_numbers"),
    (r"is not an address \(write", "addresses_of_hosts"),
    (r"a variable name is missing|` has no name|of service `.*` has no name", "variables_without_a_name"),
    (r"build\.context: \"\(absent\)\" != ", "build_without_a_folder"),
    (r"crash of the reference", "null_over_something"),
    (r"unknown key .* in `extends`", "unknown_keys_of_extends"),
    (r"merged over \(write `!override`", "words_that_are_no_words"),
    (r"says nothing about its content", "content_of_what_is_not_external"),
    (r"outside the project folder", "outside_the_folder"),
    (r"conflicts with imported resource", "the_same_twice"),
    (r"configs\.NAME: file\|environment\|content", "variables_of_included_files"),
    (r"differs: .*\.(volumes|networks|configs|secrets)\.NAME\.name", "empty_names"),
    (r"stands twice in `group_add`", "numbers_and_words_twice"),
    (r"confusing device mapping|invalid spec: |invalid type map|unsupported expose value|unexpected type int|missing a mount target|invalid type <nil> for build", "others_in_an_extended_file"),
    (r"`` is not a boolean|`\S+` is not a boolean", "others_in_an_extended_file"),
    (r"wrongly refused: .*variable name .* ends in a blank", "blank_behind_a_name"),
    (r"wrongly accepted: (invalid proto|invalid (containerPort|hostPort))", "wrong_and_taken_away"),
    (r"types\.SSHKey", "ssh_in_two_documents"),
    (r"ipam\.options", "ipam_options"),
]


def known(disagreement, project):
    """The case of the deviation that explains a disagreement, if one does."""
    if "network_mode: ''" in str(project) and ".networks" in disagreement.kind:
        return "empty_network_mode"
    text = f"{disagreement.kind}\n{disagreement.detail}"
    return next((case for pattern, case in RULES if re.search(pattern, text)), None)
