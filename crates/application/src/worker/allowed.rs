//! Asks right before the engine gets a request whether the policy allows it. Plans are refused for the same reasons, but only here is
//! it known what the engine gets and where links on the host lead.

use core_monitor_domain::effect::Effect;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::plan::Step;
use core_monitor_domain::policy::{
    Demand, Finding, Own, Restricted, Rules, mount_of, mounted, of_attachment, of_build, of_container,
    of_hook, of_image, of_network, of_volume,
};
use core_monitor_domain::ports::{EngineError, HostMounts};
use core_monitor_domain::protection::{VolumeSource, host_mounts, is_own, is_read_only, plain};
use core_monitor_domain::stack_version::folder_in;

use super::context::Context;
use super::goal::Goal;

/// Refuses an effect that gives the stack what it may not be given for whoever wants it. Values of secrets are still missing in
/// it, and cannot be in any of this.
pub(crate) async fn check(
    context: &Context<'_>,
    goal: &Goal,
    step: &Step,
    effect: &Effect,
) -> Result<(), EngineError> {
    if goal.rules.is_everything() {
        return Ok(());
    }
    let (root, id) = (context.ports.folders.root(), context.command.stack_id);
    let folder = folder_in(&root, id);
    let own = Own::of(&goal.desired, &folder);
    let owner = step.service.as_ref().map(ServiceName::as_str).unwrap_or_default();
    let written = goal.rules.findings(demanded(owner, effect, &own)).into_iter().next();
    if let Some(finding) = written {
        return Err(EngineError::NotAllowed(Box::new(finding)));
    }
    let mounts = &*context.ports.host_mounts;
    let folder = folder_in(&mounts.resolved(&root).await, id);
    let host = Host { rules: &resolved(mounts, &goal.rules).await, mounts, folder: &folder };
    match host.refused(owner, effect).await {
        Some(finding) => Err(EngineError::NotAllowed(Box::new(finding))),
        None => Ok(()),
    }
}

/// What an effect asks of the host, as it is written.
fn demanded(owner: &str, effect: &Effect, own: &Own<'_>) -> Vec<Demand> {
    match effect {
        Effect::CreateContainer(new) => {
            let mut demands = of_container(owner, &new.spec, own);
            demands.extend(own.takes_image(owner).then(|| of_image(owner, &new.spec.image)));
            demands
        }
        Effect::PullImage { image, .. } => vec![of_image(owner, image)],
        Effect::BuildImage(new) => vec![of_build(owner, &new.spec)],
        Effect::CreateVolume { volume, .. } => of_volume(volume, own),
        Effect::CreateNetwork { network, .. } => of_network(network),
        Effect::ConnectNetwork { attachment, .. } => of_attachment(owner, attachment, own),
        Effect::RunHook { hook, .. } => of_hook(owner, hook).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The rules with the folders that the allowed ones lead to.
async fn resolved(mounts: &dyn HostMounts, rules: &Rules) -> Rules {
    let mut folders = Vec::new();
    for allowed in rules.allowed(Restricted::Binds) {
        let (folder, mode) = mounted(allowed);
        folders.push(if folder.starts_with('/') {
            format!("{}{mode}", mounts.resolved(folder).await)
        } else {
            allowed.clone()
        });
    }
    rules.clone().with(Restricted::Binds, folders)
}

/// The host on which something is created.
struct Host<'a> {
    /// With resolved folders.
    rules: &'a Rules,
    mounts: &'a dyn HostMounts,
    /// The stack's own folder. What contains it is resolved, and not the folder itself: if that were a link, what it leads to is not
    /// the stack's.
    folder: &'a str,
}

impl Host<'_> {
    /// Where one of the paths in the effect leads, if that is not allowed.
    async fn refused(&self, owner: &str, effect: &Effect) -> Option<Finding> {
        let (owner, paths): (&str, Vec<(String, bool)>) = match effect {
            Effect::CreateContainer(new) => {
                let mounts = host_mounts(&new.spec);
                (owner, mounts.map(|(path, mount)| (path.to_owned(), is_read_only(mount))).collect())
            }
            Effect::CreateVolume { volume, .. } => {
                let source = VolumeSource { driver: volume.driver.as_deref(), options: &volume.driver_opts };
                (volume.key.as_str(), source.host_paths().into_iter().map(|path| (path, false)).collect())
            }
            _ => return None,
        };
        for (path, is_read) in paths {
            // The engine may take `..` away before it follows links, or after.
            for form in [path.clone(), plain(&path)] {
                let leads_to = self.mounts.resolved(&form).await;
                let value = mount_of(&leads_to, is_read);
                let is_allowed =
                    is_own(self.folder, &leads_to) || self.rules.allow(Restricted::Binds, &value);
                if !is_allowed {
                    let (what, owner) = (Restricted::Binds, owner.to_owned());
                    let demand = Demand { what, owner, value, path: String::new(), is_exchangeable: false };
                    return Some(demand.into());
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use core_monitor_domain::policy::{Allowance, Preset};
    use core_monitor_simulation::host_mounts::SimHostMounts;

    use super::*;

    const OWN: &str = "/data/stacks/1";

    /// Where the path leads that is refused, for one who may mount `/srv/data`.
    async fn refused(links: &[(&str, &str)], path: &str) -> Option<String> {
        let mounts = Arc::new(SimHostMounts::default());
        for (link, target) in links {
            mounts.put_link(link, target);
        }
        let values = vec!["/srv/data".to_owned()];
        let rules = Rules::of(Preset::Careful, &[Allowance { what: Restricted::Binds, values }]);
        let rules = resolved(&*mounts, &rules).await;
        let host = Host { rules: &rules, mounts: &*mounts, folder: OWN };
        let volume = core_monitor_domain::desired::VolumeSpec {
            driver_opts: [("type", "none"), ("o", "bind"), ("device", path)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            ..Default::default()
        };
        let effect = Effect::CreateVolume { volume, labels: std::collections::BTreeMap::new() };
        host.refused("web", &effect).await.map(|finding| finding.0.value)
    }

    #[tokio::test]
    async fn what_is_allowed_is_allowed_wherever_it_is() {
        assert_eq!(refused(&[], "/srv/data/maps").await, None);
        assert_eq!(refused(&[], &format!("{OWN}/conf")).await, None);
        let disk = [("/srv/data", "/mnt/disk")];
        assert_eq!(refused(&disk, "/srv/data/maps").await, None);
        assert_eq!(refused(&disk, "/mnt/other").await.as_deref(), Some("/mnt/other"));
    }

    #[tokio::test]
    async fn a_link_leads_to_nothing_that_is_not_allowed() {
        let own = format!("{OWN}/out");
        let links = [("/srv/data/out", "/etc"), (own.as_str(), "/var")];
        assert_eq!(refused(&links, "/srv/data/out").await.as_deref(), Some("/etc"));
        assert_eq!(refused(&links, "/srv/data/out/../in").await.as_deref(), Some("/etc/../in"));
        assert_eq!(refused(&links, &own).await.as_deref(), Some("/var"));
        assert_eq!(refused(&[(OWN, "/data/stacks/2")], &own).await.as_deref(), Some("/data/stacks/2/out"));
    }
}
