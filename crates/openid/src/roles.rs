//! Which groups are worth what, as the setting `oidc_roles` says it.

use std::collections::BTreeSet;

use core_monitor_domain::access::{Grant, Permission, Role, Scope, StackSelector};
use core_monitor_domain::user::GroupGrants;

/// Most groups.
const GROUPS: usize = 256;

/// Reads `group=role`, `group=role+permission` and `group=role:stacks|stacks`, with commas between them. Stacks are a pattern of names, or
/// a label as in `devs=deployer:team=payments`. The same group may come more than once: all of it counts.
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
    let (group, worth) = parts(entry)
        .map(|(group, worth)| (group.trim(), worth.trim()))
        .filter(|(group, _)| !group.is_empty())
        .ok_or_else(|| format!("`{entry}` is not a group and a role such as `devs=deployer:shop-*`"))?;
    let (role, stacks) = match worth.split_once(':') {
        Some((role, selectors)) => (role, selected_by(selectors)?),
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

/// The group of an entry, and what it is worth. A group may have equals signs in its name, and so has a label, so they are parted by the
/// first one that a role stands behind; if there is none, by the last one.
fn parts(entry: &str) -> Option<(&str, &str)> {
    let begins_with_role = |worth: &str| {
        let role = worth.split(['+', ':']).next().unwrap_or_default();
        role_named(role.trim()).is_some()
    };
    let mut all = entry.match_indices('=').filter_map(|(at, _)| entry.get(..at).zip(entry.get(at + 1..)));
    all.clone().find(|(_, worth)| begins_with_role(worth)).or_else(|| all.next_back())
}

fn selected_by(text: &str) -> Result<Scope, String> {
    let selector = |text: &str| {
        let text = text.trim();
        let parsed = text.parse::<StackSelector>();
        parsed
            .map_err(|error| format!("`{text}` is neither a pattern of names of stacks nor a label: {error}"))
    };
    Ok(Scope::Stacks(text.split('|').map(selector).collect::<Result<_, _>>()?))
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
    fn groups_are_worth_roles_by_label() {
        let on = |role, selectors: &[&str]| {
            let stacks = selectors.iter().map(|text| text.parse().unwrap()).collect();
            Grant { stacks: Scope::Stacks(stacks), ..Grant::everything(role) }
        };
        let text = "devs=deployer:team=payments | shop-*, cn=ops = operator : tier=viewer, qa=viewer:env=";
        assert_eq!(worth(text, &["devs"]), [on(Role::Deployer, &["team=payments", "shop-*"])]);
        assert_eq!(worth(text, &["cn=ops"]), [on(Role::Operator, &["tier=viewer"])]);
        assert_eq!(worth(text, &["qa"]), [on(Role::Viewer, &["env="])]);
        let with = worth("devs=operator+terminal:team=payments", &["devs"]);
        assert_eq!(with[0].permissions, BTreeSet::from([Permission::Terminal]));
        assert_eq!(with[0].stacks, on(Role::Operator, &["team=payments"]).stacks);
        assert!(worth(text, &["cn", "ops", "devs=deployer:team", "cn=ops = operator : tier"]).is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_a_reason() {
        for (text, part) in [
            ("", "no group"),
            ("admins", "not a group and a role"),
            ("=viewer", "not a group and a role"),
            ("a=root", "`root` of `a` is not"),
            ("a=viewer+shell", "`shell` of `a` is not"),
            ("a=viewer:", "is neither a pattern of names of stacks nor a label"),
            ("a=viewer:Shop!", "is neither a pattern of names of stacks nor a label"),
            ("a=viewer:team=*", "`team=*` is neither a pattern of names of stacks nor a label"),
            ("a=viewer:Team=x", "`Team` is not a key of a label"),
        ] {
            let reason = read(text).unwrap_err();
            assert!(reason.contains(part), "{text}: {reason}");
        }
        let many = (0..257).map(|number| format!("g{number}=viewer")).collect::<Vec<_>>().join(",");
        assert!(read(&many).unwrap_err().contains("257 entries"));
    }
}
