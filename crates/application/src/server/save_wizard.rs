//! Saving what choices become.

use core_monitor_catalog::Problem;
use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::OnFailure;
use core_monitor_domain::ports::StoreError;

use super::wizard::checked::check;
use super::wizard::{NoWizard, Wizard, make};
use super::{
    CreateStack, CreateStackError, Form, SaveVersion, SaveVersionError, SavedDefinition, Server, Write,
};

/// The request.
#[derive(Debug, Clone)]
pub struct SaveWizard {
    /// The choices.
    pub wizard: Wizard,
    /// Why.
    pub comment: String,
    /// The conditions of the write; a new stack has no precondition.
    pub write: Write,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveWizardError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Nothing is made of the choices.
    #[error(transparent)]
    Wizard(#[from] NoWizard),
    /// Something is wrong with the choices.
    #[error("the choices have {} problems", .0.len())]
    Problems(Vec<Problem>),
    /// The stack was not created.
    #[error(transparent)]
    Create(#[from] CreateStackError),
    /// The version was not saved.
    #[error(transparent)]
    Save(#[from] SaveVersionError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Server {
    /// Saves a new stack, or the next version of the stack that is edited. Secrets are generated here and are never shown.
    pub async fn save_wizard(
        &self,
        actor: &Actor,
        request: SaveWizard,
    ) -> Result<SavedDefinition, SaveWizardError> {
        let ports = self.permit(actor, Action::SaveWizard, &Resource::Installation).await?;
        let made = make(ports, &request.wizard).await?;
        let mut problems = made.problems.clone();
        problems.extend(check(ports, actor, &made).await?.problems);
        if !problems.is_empty() {
            return Err(SaveWizardError::Problems(problems));
        }
        let SaveWizard { comment, write, .. } = request;
        let (name, source, form) = (Some(made.name.to_string()), made.source, Form::Text);
        let Some(base) = made.base else {
            let on_failure = OnFailure::default();
            let idempotency = write.idempotency;
            let wish = CreateStack { name, on_failure, form, source, comment, idempotency };
            return Ok(self.create_stack(actor, wish).await?);
        };
        let stack_id = base.stack.id;
        let wish = SaveVersion { stack_id, name, on_failure: None, form, source, comment, write };
        Ok(self.save_version(actor, wish).await?)
    }
}
