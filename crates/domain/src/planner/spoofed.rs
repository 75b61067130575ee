//! Foreign objects that carry our labels: named, so that nobody waits for them to be changed or removed.

use super::PlanningInput;
use super::builder::Builder;
use super::said;

/// Names those that carry the labels of this stack.
pub(super) fn note(input: &PlanningInput<'_>, builder: &mut Builder) {
    let of_stack = input.observed.host.spoofed.iter();
    for spoofed in of_stack.filter(|spoofed| spoofed.stack_id == input.provenance.stack_id) {
        builder.note(said::spoofed_is_left_alone(spoofed.kind, &spoofed.name));
    }
}
