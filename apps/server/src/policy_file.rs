//! The policy on what may run, from a file of the operator.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::policy::Policy;
use core_monitor_domain::ports::{Clock, PolicyStore, StoreError, StoredPolicy};

/// Most bytes of the file. The largest policy that there can be is smaller.
const LONGEST: u64 = 16 << 20;

/// Replaces the stored policy by the one in the file, if that says something else. A file that cannot be read, or that is no
/// policy, stops the start: a server that runs on with another policy than its operator believes would be worse.
pub(crate) async fn apply(
    file: Option<&Path>,
    policies: &dyn PolicyStore,
    clock: &dyn Clock,
) -> anyhow::Result<()> {
    let Some(file) = file else { return Ok(()) };
    let wanted = read(file).with_context(|| format!("the policy in `{}` cannot be used", file.display()))?;
    let Some(revision) = outdated(policies.current().await, &wanted)? else { return Ok(()) };
    let actor = Actor::server();
    let revision = policies.replace(revision, &wanted, &actor, clock.now()).await;
    let revision = revision.context("cannot store the policy of the file")?;
    tracing::info!(file = %file.display(), revision, "replaced the policy by the one of the file");
    Ok(())
}

/// The revision of the stored policy, if it is to be replaced.
fn outdated(stored: Result<StoredPolicy, StoreError>, wanted: &Policy) -> anyhow::Result<Option<u32>> {
    match stored {
        Ok(stored) => Ok((stored.policy != *wanted).then_some(stored.revision)),
        // It is replaced whatever the revision is.
        Err(error @ StoreError::Corrupt { .. }) => {
            tracing::warn!(%error, "the stored policy cannot be read");
            Ok(Some(0))
        }
        Err(error) => Err(error).context("cannot read the stored policy"),
    }
}

fn read(file: &Path) -> anyhow::Result<Policy> {
    let mut text = String::new();
    File::open(file)?.take(LONGEST.saturating_add(1)).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        bail!("it has more than {LONGEST} bytes");
    }
    parse(&text)
}

/// The same JSON as `PUT /policy` takes, without a revision.
fn parse(text: &str) -> anyhow::Result<Policy> {
    Ok(serde_json::from_str::<Policy>(text)?.checked()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_as_the_api_takes_it() {
        let text = r#"{"rules": [
            {"roles": ["deployer"], "stacks": ["proxy-*"], "preset": "careful", "allow": [{"what": "ports", "values": ["80"]}]},
            {"preset": "locked"}
        ]}"#;
        assert_eq!(parse(text).unwrap().rules.len(), 2);
    }

    #[test]
    fn what_is_stored_is_replaced_if_it_differs_or_cannot_be_read() {
        let wanted = parse(r#"{"rules": [{"preset": "locked"}]}"#).unwrap();
        let outdated = |stored| outdated(stored, &wanted);
        let same = StoredPolicy { revision: 3, policy: wanted.clone() };
        assert_eq!(outdated(Ok(same)).unwrap(), None);
        let other = StoredPolicy { revision: 3, policy: Policy::default() };
        assert_eq!(outdated(Ok(other)).unwrap(), Some(3));
        let damaged = StoreError::Corrupt { what: "it is not a policy".to_owned(), source: None };
        assert_eq!(outdated(Err(damaged)).unwrap(), Some(0));
        let locked = StoreError::Unavailable { reason: "it is locked".to_owned(), source: None };
        assert!(outdated(Err(locked)).is_err(), "it may be readable a moment later");
    }

    #[test]
    fn what_is_no_policy_is_refused_with_its_place() {
        let cases = [
            ("", "EOF while parsing"),
            (r#"{"rules": [{"preset": "loose"}]}"#, "unknown variant `loose`"),
            (r#"{"rules": [{"preset": "open", "role": ["deployer"]}]}"#, "unknown field `role`"),
            (r#"{"rules": [{"preset": "open", "stacks": ["A B"]}]}"#, "a pattern has 1 to 63 characters"),
            (
                r#"{"rules": [{"preset": "open", "allow": [{"what": "ports", "values": ["x"]}]}]}"#,
                "rule 1 has `x` for `ports`",
            ),
        ];
        for (text, expected) in cases {
            let error = format!("{:#}", parse(text).unwrap_err());
            assert!(error.contains(expected), "{error}");
        }
    }
}
