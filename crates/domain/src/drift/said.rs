//! Why a difference cannot be kept.

core_monitor_message::messages! {
    pub(crate) fn gap_in_containers() =
        "it is gone while a later container of the service is there, and no number of containers says that: set the number, or revert";
    pub(crate) fn object_is_gone() =
        "the definition needs it: take it out of the definition to do without it, or revert to have it made again";
    pub(crate) fn running_is_no_definition() =
        "whether a container runs is no part of a definition: stop the service here, and it stays stopped";
    pub(crate) fn image_has_moved() =
        "the reference in the definition means another image than the one that runs: name that one by its digest to keep it";
    pub(crate) fn networks_are_made_with_it(network) =
        "a container is made with its networks: change `{network}` in the definition, and applying it replaces the container";
    pub(crate) fn made_from_another_definition() =
        "it was made from another definition than the applied one: compare the versions, and apply the one that is meant";
    pub(crate) fn only_repaired() = "no definition can say this: reverting puts it right";
    pub(crate) fn file_is_no_text(limit) =
        "what is in its place now is no text of at most {limit} bytes: add it to the definition yourself to keep it, since the next apply overwrites it";
    pub(crate) fn file_only_on_the_host() =
        "what is in the file now could not be read from the host: put it into the definition yourself to keep it, since the next apply overwrites it";
}
