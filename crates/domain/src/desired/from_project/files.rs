//! Configs and secrets. Those from a file are mounted; those with known content are copied into the container.

use core_monitor_compose::Project;
use core_monitor_compose::model::{FileReference, Secret, Service};
use core_monitor_message::Message;

use super::DesiredError;
use super::said;
use crate::desired::{InjectedFile, Mount, MountKind};
use crate::named_secret::NamedSecretName;
use crate::secret_variable::SecretRef;

/// The configs and secrets of a service.
pub(super) struct Files {
    pub(super) mounts: Vec<Mount>,
    pub(super) injected: Vec<InjectedFile>,
}

/// The source of a config's or secret's content.
struct Origin<'a> {
    external: bool,
    file: Option<&'a String>,
    content: Option<&'a String>,
    /// The variable that is not set.
    unset: Option<&'a String>,
}

pub(super) fn files(project: &Project, name: &str, service: &Service) -> Result<Files, DesiredError> {
    let mut files = Files { mounts: Vec::new(), injected: Vec::new() };
    for reference in &service.configs {
        let origin = project.configs.get(&reference.source).map(|config| Origin {
            external: config.external,
            file: config.file.as_ref(),
            content: config.content.as_ref().or(config.value.as_ref()),
            unset: config.environment.as_ref(),
        });
        let target = target(reference, "/");
        files.add(name, "configs", service, reference, origin, target)?;
    }
    for reference in &service.secrets {
        let origin = project.secrets.get(&reference.source).map(|secret| Origin {
            external: secret.external,
            file: secret.file.as_ref(),
            content: secret.value.as_ref(),
            unset: secret.environment.as_ref(),
        });
        let target = target(reference, "/run/secrets/");
        if let Some(secret) = project.secrets.get(&reference.source).filter(|secret| secret.external) {
            let content = named_secret(secret).map_err(|what| DesiredError::value(name, "secrets", what))?;
            files.inject(name, "secrets", service, reference, &content, target)?;
            continue;
        }
        files.add(name, "secrets", service, reference, origin, target)?;
    }
    Ok(files)
}

/// What stands for the value of a secret of the installation: the version that was chosen for a plan, or none yet.
pub(super) fn named_secret(secret: &Secret) -> Result<String, Message> {
    let name: NamedSecretName = secret.name.parse().map_err(|_| said::secret_name_unusable(&secret.name))?;
    Ok(secret.value.clone().unwrap_or_else(|| SecretRef::undecided(&name).marker()))
}

fn target(reference: &FileReference, folder: &str) -> String {
    let written = reference.target.as_deref().filter(|target| !target.is_empty());
    let target = written.unwrap_or(&reference.source);
    if target.starts_with('/') { target.to_owned() } else { format!("{folder}{target}") }
}

impl Files {
    fn add(
        &mut self,
        name: &str,
        attribute: &'static str,
        service: &Service,
        reference: &FileReference,
        origin: Option<Origin<'_>>,
        target: String,
    ) -> Result<(), DesiredError> {
        let refuse = |what: Message| Err(DesiredError::value(name, attribute, what));
        let source = &reference.source;
        // The loader has rejected undeclared ones.
        let Some(origin) = origin else { return refuse(said::file_not_declared(source)) };
        if origin.external {
            return refuse(said::file_is_external(source));
        }
        if let Some(file) = origin.file {
            self.mounts.push(mount(file, target));
            return Ok(());
        }
        let Some(content) = origin.content else {
            let variable = origin.unset.map_or("", String::as_str);
            return refuse(said::file_variable_unset(variable, source));
        };
        self.inject(name, attribute, service, reference, content, target)
    }

    /// A file that is copied into the container.
    fn inject(
        &mut self,
        name: &str,
        attribute: &'static str,
        service: &Service,
        reference: &FileReference,
        content: &str,
        target: String,
    ) -> Result<(), DesiredError> {
        let refuse = |what: Message| Err(DesiredError::value(name, attribute, what));
        let source = &reference.source;
        if service.read_only {
            let what = said::file_needs_writable_container(source);
            return refuse(what);
        }
        let number = |id: Option<&String>| match id {
            None => Ok(0),
            Some(text) => text.parse().map_err(|_| {
                DesiredError::value(name, attribute, said::file_owner_not_a_number(text, source))
            }),
        };
        self.injected.push(InjectedFile {
            path: target,
            content: content.to_owned(),
            uid: number(reference.uid.as_ref())?,
            gid: number(reference.gid.as_ref())?,
            mode: reference.mode.map_or(InjectedFile::DEFAULT_MODE, |mode| mode.0 & 0o7777),
        });
        Ok(())
    }
}

fn mount(source: &str, target: String) -> Mount {
    Mount {
        target,
        read_only: true,
        kind: MountKind::Bind {
            source: source.to_owned(),
            create_host_path: false,
            propagation: None,
            selinux: None,
            recursive: None,
        },
        consistency: None,
    }
}
