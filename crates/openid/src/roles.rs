//! Which groups are worth what, as the setting `oidc_roles` says it.

use std::collections::BTreeSet;

use core_monitor_domain::access::{Grant, Permission, Role, Scope, StackPattern};
use core_monitor_domain::user::GroupGrants;

/// Most groups.
const GROUPS: usize = 256;

/// Reads `group=role`, `group=role+permission` and `group=role:pattern|pattern`, with commas between them. The same group may come more
/// than once: all of it counts.
pub(crate) fn read(text: &str) -> Result<GroupGrants, String> {
    let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let granted = entries.map(entry).collect::<Result<Vec<_>, _>>()?;
    if granted.is_empty() {
        return Err("it has no group, so nobody could sign in".to_owned());
    }
    if granted.len() > GROUPS {
        return Err(format!("it has {} entries, and {GROUPS} are the most", granted.len()));
    }
    GroupGrants::new(granted).map_err(|error| error.to_string())
}

fn entry(entry: &str) -> Result<(String, Grant), String> {
    // A group may have an equals sign in its name, a role does not.
    let (group, worth) = entry
        .rsplit_once('=')
        .map(|(group, worth)| (group.trim(), worth.trim()))
        .filter(|(group, _)| !group.is_empty())
        .ok_or_else(|| format!("`{entry}` is not a group and a role such as `devs=deployer:shop-*`"))?;
    let (role, stacks) = match worth.split_once(':') {
        Some((role, patterns)) => (role, patterns_of(patterns)?),
        None => (worth, Scope::Everything),
    };
    let mut words = role.split('+').map(str::trim);
    let role = words.next().unwrap_or_default();
    let role = role_named(role).ok_or_else(|| {
        format!("`{role}` of `{group}` is not `viewer`, `operator`, `deployer` or `administrator`")
    })?;
    let permission = |word: &str| {
        let known = permission_named(word);
        known.ok_or_else(|| format!("`{word}` of `{group}` is not `terminal`, `files` or `secrets`"))
    };
    let permissions = words.map(permission).collect::<Result<BTreeSet<_>, _>>()?;
    Ok((group.to_owned(), Grant { role, permissions, stacks }))
}

fn patterns_of(text: &str) -> Result<Scope, String> {
    let pattern = |pattern: &str| {
        let pattern = pattern.trim();
        let parsed = pattern.parse::<StackPattern>();
        parsed.map_err(|error| format!("`{pattern}` is not a pattern of names of stacks: {error}"))
    };
    Ok(Scope::Stacks(text.split('|').map(pattern).collect::<Result<_, _>>()?))
}

fn role_named(word: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| role.as_str() == word)
}

fn permission_named(word: &str) -> Option<Permission> {
    Permission::ALL.into_iter().find(|permission| permission.as_str() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(text: &str, groups: &[&str]) -> Vec<Grant> {
        let groups = groups.iter().map(ToString::to_string).collect();
        read(text).unwrap().of(&groups).map(|grants| grants.iter().cloned().collect()).unwrap_or_default()
    }

    #[test]
    fn groups_are_worth_roles_permissions_and_stacks() {
        let text = "admins=administrator, /devs=deployer+terminal+files:shop-*|web-*,cn=ops=operator,";
        assert_eq!(worth(text, &["admins"]), [Grant::administrator()]);
        assert_eq!(worth(text, &["cn=ops"]), [Grant::everything(Role::Operator)]);
        let devs = Grant {
            role: Role::Deployer,
            permissions: BTreeSet::from([Permission::Terminal, Permission::Files]),
            stacks: Scope::Stacks(BTreeSet::from(["shop-*".parse().unwrap(), "web-*".parse().unwrap()])),
        };
        assert_eq!(worth(text, &["/devs"]), [devs]);
        assert_eq!(worth("a=viewer,a=operator:x", &["a"]).len(), 2, "later ones add up");
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_a_reason() {
        for (text, part) in [
            ("", "no group"),
            ("admins", "not a group and a role"),
            ("=viewer", "not a group and a role"),
            ("a=root", "`root` of `a` is not"),
            ("a=viewer+shell", "`shell` of `a` is not"),
            ("a=viewer:", "is not a pattern"),
            ("a=viewer:Shop!", "is not a pattern"),
        ] {
            let reason = read(text).unwrap_err();
            assert!(reason.contains(part), "{text}: {reason}");
        }
        let many = (0..257).map(|number| format!("g{number}=viewer")).collect::<Vec<_>>().join(",");
        assert!(read(&many).unwrap_err().contains("257 entries"));
    }
}
