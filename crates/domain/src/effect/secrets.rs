//! The secret variables in an effect. This is the last place before the engine, and the only one that has their values.

use std::sync::Arc;

use super::{Effect, EffectOutcome};
use crate::desired::{BuildSecretSource, BuildSpec, ContainerSpec, HealthcheckTest, Hook};
use crate::secret_variable::{OpenedSecrets, SecretRef, UnopenedSecret, references};

impl Effect {
    /// The effect with each marker replaced by its value, for the engine only.
    pub fn revealed(&self, secrets: &OpenedSecrets) -> Result<Self, UnopenedSecret> {
        let mut effect = self.clone();
        let mut unopened = None;
        effect.each_text(&mut |text| match secrets.reveal(text) {
            Ok(revealed) => *text = revealed,
            Err(error) => unopened = Some(error),
        });
        unopened.map_or(Ok(effect), Err)
    }

    /// Every text in which a definition may use a secret variable. The use case that saves a definition refuses markers
    /// anywhere else.
    fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        match self {
            Self::CreateContainer(new) => container(&mut new.spec, visit),
            Self::BuildImage(new) => build(Arc::make_mut(&mut new.spec), visit),
            Self::CopyFiles { files, .. } => files.iter_mut().for_each(|file| visit(&mut file.content)),
            Self::RunHook { hook, .. } => in_hook(hook, visit),
            _ => {}
        }
    }
}

impl Hook {
    /// A secret of this hook that was not opened.
    pub fn missing_secret(&self, secrets: &OpenedSecrets) -> Option<UnopenedSecret> {
        let mut missing = None;
        in_hook(&mut self.clone(), &mut |text| missing = missing.take().or(secrets.reveal(text).err()));
        missing
    }
}

impl EffectOutcome {
    /// The outcome without secret values: engines quote what they warn about.
    #[must_use]
    pub fn redacted(mut self, secrets: &OpenedSecrets) -> Self {
        if let Self::Container { warnings, .. } = &mut self {
            for warning in warnings {
                *warning = secrets.redact(warning).into_owned();
            }
        }
        self
    }
}

/// The secrets whose markers are in the definition of a container.
pub(crate) fn secrets_in(spec: &ContainerSpec) -> Vec<SecretRef> {
    let mut found = Vec::new();
    container(&mut spec.clone(), &mut |text| found.extend(references(text)));
    found
}

fn container(spec: &mut ContainerSpec, visit: &mut dyn FnMut(&mut String)) {
    spec.environment.values_mut().flatten().for_each(&mut *visit);
    spec.command.iter_mut().flatten().for_each(&mut *visit);
    spec.entrypoint.iter_mut().flatten().for_each(&mut *visit);
    match spec.healthcheck.as_mut().map(|check| &mut check.test) {
        Some(HealthcheckTest::Exec(words)) => words.iter_mut().for_each(&mut *visit),
        Some(HealthcheckTest::Shell(line)) => visit(line),
        Some(HealthcheckTest::Inherit | HealthcheckTest::Disabled) | None => {}
    }
    spec.logging.iter_mut().flat_map(|logging| logging.options.values_mut()).for_each(&mut *visit);
    spec.files.iter_mut().for_each(|file| visit(&mut file.content));
    spec.post_start.iter_mut().chain(&mut spec.pre_stop).for_each(|hook| in_hook(hook, visit));
}

fn in_hook(hook: &mut Hook, visit: &mut dyn FnMut(&mut String)) {
    hook.command.iter_mut().for_each(&mut *visit);
    hook.environment.values_mut().flatten().for_each(&mut *visit);
}

fn build(spec: &mut BuildSpec, visit: &mut dyn FnMut(&mut String)) {
    spec.args.values_mut().for_each(&mut *visit);
    for secret in &mut spec.secrets {
        if let BuildSecretSource::Value(value) = &mut secret.source {
            visit(value);
        }
    }
}
