//! Showing what choices become, while somebody is choosing.

use core_monitor_catalog::{Graph, Problem, Wrote, graph};
use core_monitor_compose::{Finding, Project};
use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::StoreError;

use super::Server;
use super::definition::masked_model;
use super::diff_versions::unified;
use super::wizard::checked::{Checked, check};
use super::wizard::host_ports::{Holders, host_ports};
use super::wizard::{Made, NoWizard, Wizard, WizardPort, make};

/// What choices become.
#[derive(Debug, Clone)]
pub struct WizardDraft {
    /// The compose file.
    pub compose: String,
    /// The variables it needs.
    pub variables: Vec<WizardVariable>,
    /// Services, volumes and networks.
    pub graph: Graph,
    /// What to reconsider before it goes into production.
    pub findings: Vec<Finding>,
    /// What is wrong with the choices.
    pub problems: Vec<Problem>,
    /// The ports of the host.
    pub ports: Vec<WizardPort>,
    /// Which lines each component wrote.
    pub origin: Vec<Wrote>,
    /// What the definition means, without the values of secrets; `None` if it has errors.
    pub model: Option<Project>,
    /// What the file of the base loses and gains, as a unified diff; `None` without a base.
    pub changes: Option<String>,
}

/// A variable of the compose file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WizardVariable {
    /// Its name.
    pub name: String,
    /// Whether its value is secret.
    pub secret: bool,
    /// Whether the server generates its value when the version is saved.
    pub generated: bool,
}

/// Why there is no draft.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Nothing is made of the choices.
    #[error(transparent)]
    Wizard(#[from] NoWizard),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Server {
    /// What the choices become. Nothing is saved, and nonsense has problems instead of errors.
    pub async fn draft_wizard(&self, actor: &Actor, wizard: &Wizard) -> Result<WizardDraft, DraftError> {
        let ports = self.permit(actor, Action::DraftWizard, &Resource::Installation).await?;
        let made = make(ports, wizard).await?;
        let Checked { findings, model, problems, origin } = check(ports, actor, &made).await?;
        let host = ports.observations.host().await?;
        let own = made.base.as_ref().map(|base| base.stack.id);
        let holders = Holders { host: host.as_ref(), server: ports.listens_at, own };
        let ports_of_host = model.iter().flat_map(|model| host_ports(model, &holders)).collect();
        Ok(WizardDraft {
            variables: variables(&made),
            graph: graph(&made.rendered, &made.text),
            findings,
            problems: [made.problems.clone(), problems].concat(),
            ports: ports_of_host,
            origin,
            model: model.map(|model| masked_model(&model)),
            changes: changes(&made),
            compose: made.text,
        })
    }
}

fn variables(made: &Made) -> Vec<WizardVariable> {
    let rendered = made.rendered.variables.iter().map(|variable| WizardVariable {
        name: variable.name.clone(),
        secret: true,
        generated: variable.generate.is_some(),
    });
    let mut found: Vec<WizardVariable> = rendered.collect();
    let Some(base) = &made.base else { return found };
    let plain = base.version.variables.keys().map(|name| (name.clone(), false));
    let secret = base.secrets().map(|name| (name.to_string(), true));
    for (name, secret) in plain.chain(secret) {
        if !found.iter().any(|known| known.name == name) {
            found.push(WizardVariable { name, secret, generated: false });
        }
    }
    found
}

fn changes(made: &Made) -> Option<String> {
    let base = made.base.as_ref()?;
    let (before, after) = (base.source.files.get(&base.path), made.source.files.get(&base.path));
    Some(unified(&base.path, before, after))
}
