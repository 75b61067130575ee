//! Refusals of plans and of small changes: a delete of a part, another number of containers, a tag.

use core_monitor_application::server::{
    LintDefinitionError, MakePlanError, NoBase, NotInPlace, PlanDeleteError, PreviewError, ProposeError,
    ScaleError, TagVersionError,
};
use core_monitor_domain::desired::CannotScale;
use core_monitor_domain::ports::TagError;
use core_monitor_message::Message;

use super::{stack_not_found, version_not_found};
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

impl From<LintDefinitionError> for Problem {
    fn from(error: LintDefinitionError) -> Self {
        match error {
            LintDefinitionError::Forbidden(error) => error.into(),
            LintDefinitionError::Name(error) => error.into(),
            LintDefinitionError::Definition(refused) => refused.into(),
            LintDefinitionError::Store(error) => error.into(),
        }
    }
}

impl From<MakePlanError> for Problem {
    fn from(error: MakePlanError) -> Self {
        match error {
            MakePlanError::Forbidden(error) => error.into(),
            MakePlanError::StackNotFound => stack_not_found(),
            MakePlanError::Preview(error) => error.into(),
        }
    }
}

impl From<PlanDeleteError> for Problem {
    fn from(error: PlanDeleteError) -> Self {
        match error {
            PlanDeleteError::Forbidden(error) => error.into(),
            PlanDeleteError::StackNotFound => stack_not_found(),
            PlanDeleteError::DeletesNothing => deletes_nothing(),
            PlanDeleteError::Preview(error) => error.into(),
        }
    }
}

pub(super) fn deletes_nothing() -> Problem {
    Problem::new(ErrorCode::InvalidRequest, said::deletes_nothing()).with_hint(said::choose_what_goes())
}

impl From<NoBase> for Problem {
    fn from(error: NoBase) -> Self {
        match error {
            NoBase::NotApplied => Self::new(ErrorCode::NotApplied, said::stack_never_applied())
                .with_hint(said::apply_a_version_first()),
            NoBase::NotTheApplied { applied, latest } => {
                Self::new(ErrorCode::AppliedVersionUnclear, said::newer_version_not_applied(applied, latest))
                    .with_hint(said::apply_or_name_base(latest))
            }
            NoBase::VersionNotFound(_) => version_not_found(),
            NoBase::ServiceNotFound { service, known } => {
                Self::new(ErrorCode::ServiceUnknown, said::no_such_service(service))
                    .with_hint(said::see_services(known.join(", ")))
            }
            NoBase::Desired { error, .. } => PreviewError::Definition(*error).into(),
            NoBase::Store(error) => error.into(),
        }
    }
}

impl From<ProposeError> for Problem {
    fn from(error: ProposeError) -> Self {
        match error {
            ProposeError::Forbidden(error) => error.into(),
            ProposeError::StackNotFound => stack_not_found(),
            ProposeError::NotApplied => Self::new(ErrorCode::NotApplied, said::stack_never_applied())
                .with_hint(said::apply_a_version_first()),
            ProposeError::Preview(error) => error.into(),
        }
    }
}

impl From<ScaleError> for Problem {
    fn from(error: ScaleError) -> Self {
        let not_scalable = |detail: Message| Self::new(ErrorCode::NotScalable, detail);
        match error {
            ScaleError::Forbidden(error) => error.into(),
            ScaleError::Base(error) => error.into(),
            ScaleError::Unchanged(number) => {
                not_scalable(said::scale_unchanged(number)).with_hint(said::apply_to_repair())
            }
            ScaleError::CannotScale(why) => cannot_scale(why),
            ScaleError::NotInPlace(why) => not_in_place(why),
            ScaleError::ChangesMore => {
                not_scalable(said::scale_changes_more()).with_hint(said::save_the_number_yourself())
            }
            ScaleError::Definition(refused) => refused.into(),
            ScaleError::NotAllowed(error) => error.into(),
            ScaleError::Save(error) => error.into(),
        }
    }
}

fn cannot_scale(why: CannotScale) -> Problem {
    let (detail, hint) = match why {
        CannotScale::Named { name } => (said::scale_named(name), said::scale_without_name()),
        CannotScale::SamePort { published, most } => {
            (said::scale_same_port(published, most), said::scale_without_port())
        }
        CannotScale::SameAddress { address } => {
            (said::scale_same_address(address), said::scale_without_address())
        }
    };
    Problem::new(ErrorCode::NotScalable, detail).with_hint(hint)
}

fn not_in_place(why: NotInPlace) -> Problem {
    let detail = match why {
        NotInPlace::Elsewhere { files } if files.is_empty() => said::scale_from_elsewhere(),
        NotInPlace::Elsewhere { files } => said::scale_from_files(files.join(", ")),
        NotInPlace::Variable { file, line, written } => said::scale_from_variable(file, line, written),
        NotInPlace::Shared { file, line } => said::scale_is_shared(file, line),
    };
    Problem::new(ErrorCode::NotScalable, detail).with_hint(said::save_the_number_yourself())
}

impl From<TagVersionError> for Problem {
    fn from(error: TagVersionError) -> Self {
        match error {
            TagVersionError::Forbidden(error) => error.into(),
            TagVersionError::Tag(TagError::StackNotFound) => stack_not_found(),
            TagVersionError::Tag(TagError::VersionNotFound) => version_not_found(),
            TagVersionError::Tag(TagError::Taken { holder }) => {
                Self::new(ErrorCode::TagTaken, said::tag_taken(holder)).with_hint(said::take_tag_away())
            }
            TagVersionError::Tag(TagError::Store(error)) => error.into(),
        }
    }
}
