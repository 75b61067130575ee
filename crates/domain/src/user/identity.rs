//! Who somebody is at a provider of identities, and what their groups there are worth here.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::{UserGrants, UserName};
use crate::access::{Grant, Scope};

/// Somebody at a provider. It is theirs for ever there, other than a name or an address of e-mail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderSubject {
    issuer: String,
    subject: String,
}

/// Text that is not somebody at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an issuer of 1 to 512 and a subject of 1 to 255 characters of ASCII")]
pub struct ProviderSubjectError;

/// Longest address of a provider.
const LONGEST_ISSUER: usize = 512;
/// Longest name of somebody there (OpenID Connect Core, 2).
const LONGEST_SUBJECT: usize = 255;

impl ProviderSubject {
    /// Checks the lengths, and that the subject is what providers may call somebody.
    pub fn new(issuer: &str, subject: &str) -> Result<Self, ProviderSubjectError> {
        let fits = |text: &str, longest| (1..=longest).contains(&text.len());
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_control());
        let both = is_plain(issuer) && is_plain(subject);
        if both && fits(issuer, LONGEST_ISSUER) && fits(subject, LONGEST_SUBJECT) {
            Ok(Self { issuer: issuer.to_owned(), subject: subject.to_owned() })
        } else {
            Err(ProviderSubjectError)
        }
    }

    /// The provider.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Who it is there.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// A name for who has none that a user can have: always the same for the same one.
    fn name_of_last_resort(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.issuer.as_bytes());
        hash.update([0]);
        hash.update(self.subject.as_bytes());
        hash.finalize().iter().take(6).fold("user-".to_owned(), |mut name, byte| {
            // A text takes everything.
            let _ = write!(name, "{byte:02x}");
            name
        })
    }
}

/// What a provider says of somebody who has just signed in there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who it is.
    pub subject: ProviderSubject,
    /// What they are called there, the best name first.
    pub names: Vec<String>,
    /// The groups that they are in.
    pub groups: BTreeSet<String>,
}

impl Identity {
    /// The name of a new user for them: the first one that a user can have.
    pub fn user_name(&self) -> Option<UserName> {
        let last = self.subject.name_of_last_resort();
        self.names.iter().chain([&last]).find_map(|name| name.parse().ok())
    }
}

/// What is granted to whoever is in a group at the provider.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupGrants(Vec<(String, Grant)>);

/// Groups with more kinds of grants than a user can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are more than {} different roles with permissions", UserGrants::MOST)]
pub struct GroupGrantsError;

impl GroupGrants {
    /// Checks that whoever is in all groups does not get more grants than a user can have.
    pub fn new(granted: Vec<(String, Grant)>) -> Result<Self, GroupGrantsError> {
        let most = merged(granted.iter().map(|(_, grant)| grant)).len();
        if most > UserGrants::MOST { Err(GroupGrantsError) } else { Ok(Self(granted)) }
    }

    /// What is granted to who is in these groups: that of each, together. `None` if that is nothing.
    pub fn of(&self, groups: &BTreeSet<String>) -> Option<UserGrants> {
        let own = self.0.iter().filter(|(group, _)| groups.contains(group)).map(|(_, grant)| grant);
        UserGrants::new(merged(own)).ok()
    }
}

/// The same with one grant for each role and its permissions.
fn merged<'g>(grants: impl Iterator<Item = &'g Grant>) -> Vec<Grant> {
    let mut merged: Vec<Grant> = Vec::new();
    for grant in grants {
        let same =
            merged.iter_mut().find(|one| one.role == grant.role && one.permissions == grant.permissions);
        match (same.map(|same| &mut same.stacks), &grant.stacks) {
            (None, _) => merged.push(grant.clone()),
            (Some(Scope::Everything), _) => {}
            (Some(all), Scope::Everything) => *all = Scope::Everything,
            (Some(Scope::Stacks(patterns)), Scope::Stacks(more)) => patterns.extend(more.iter().cloned()),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;

    fn identity(names: &[&str]) -> Identity {
        Identity {
            subject: ProviderSubject::new("https://id.example.org", "42").unwrap(),
            names: names.iter().map(ToString::to_string).collect(),
            groups: BTreeSet::new(),
        }
    }

    fn groups(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(ToString::to_string).collect()
    }

    fn on(role: Role, patterns: &[&str]) -> Grant {
        let patterns = patterns.iter().map(|pattern| pattern.parse().unwrap()).collect();
        Grant { stacks: Scope::Stacks(patterns), ..Grant::everything(role) }
    }

    #[test]
    fn the_first_name_that_a_user_can_have_is_taken() {
        let name = |names: &[&str]| identity(names).user_name().unwrap().to_string();
        assert_eq!(name(&["Ann", "ann@example.org"]), "ann");
        assert_eq!(name(&["Ann Á", "ann@example.org"]), "ann@example.org");
        assert!(name(&[]).starts_with("user-"));
        assert_eq!(name(&["é"]), name(&[]), "always the same");
    }

    #[test]
    fn somebody_at_a_provider_has_a_short_plain_subject() {
        let is_fine = |subject: &str| ProviderSubject::new("https://id.example.org", subject).is_ok();
        assert!(is_fine(&"s".repeat(255)));
        for subject in ["", "é", "a\nb", &"s".repeat(256)] {
            assert!(!is_fine(subject), "{subject}");
        }
        assert!(ProviderSubject::new("", "42").is_err());
    }

    #[test]
    fn groups_add_up_and_those_that_nobody_knows_are_worth_nothing() {
        let granted = GroupGrants::new(vec![
            ("devs".to_owned(), on(Role::Deployer, &["shop-*"])),
            ("web".to_owned(), on(Role::Deployer, &["web-*"])),
            ("watch".to_owned(), Grant::everything(Role::Viewer)),
            ("leads".to_owned(), Grant::everything(Role::Deployer)),
        ])
        .unwrap();
        let of = |names: &[&str]| {
            granted.of(&groups(names)).map(|grants| grants.iter().cloned().collect::<Vec<_>>())
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["Devs", "dev"]), None, "a name is compared as it is");
        let both = vec![on(Role::Deployer, &["shop-*", "web-*"]), Grant::everything(Role::Viewer)];
        assert_eq!(of(&["web", "watch", "devs", "others"]), Some(both));
        assert_eq!(of(&["leads", "devs"]), Some(vec![Grant::everything(Role::Deployer)]));
    }
}
