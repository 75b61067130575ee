//! `SecretVault`: a sealed secret can be opened only with the key and the same purpose.

use core_monitor_domain::ports::{SealedSecret, SecretVault, VaultError};
use core_monitor_host::KeyFileVault;
use core_monitor_simulation::vault::SimVault;

const PURPOSE: &str = "registry:r.example";

/// Two vaults with different keys.
struct Vaults {
    one: Box<dyn SecretVault>,
    other: Box<dyn SecretVault>,
    _folders: Vec<tempfile::TempDir>,
}

fn simulation() -> Vaults {
    let vault = |key: &str| Box::new(SimVault::new(key)) as Box<dyn SecretVault>;
    Vaults { one: vault("one"), other: vault("other"), _folders: Vec::new() }
}

fn key_file() -> Vaults {
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let [one, other] =
        [0, 1].map(|at| Box::new(KeyFileVault::open(folders[at].path()).unwrap()) as Box<dyn SecretVault>);
    Vaults { one, other, _folders: folders.into() }
}

macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        $(
            mod $name {
                #[test]
                fn simulation() {
                    super::$name(&super::simulation());
                }

                #[test]
                fn key_file() {
                    super::$name(&super::key_file());
                }
            }
        )*
    };
}

contract! {
    what_was_sealed_is_opened_again,
    a_secret_is_not_in_what_is_sealed,
    another_purpose_cannot_open_it,
    a_wrong_key_reports_the_required_one,
    truncated_bytes_are_damaged,
    a_derived_key_belongs_to_its_vault_and_its_purpose,
}

fn what_was_sealed_is_opened_again(vaults: &Vaults) {
    for secret in [Vec::new(), vec![b's'], vec![0, 255, 10], vec![7; 100_000]] {
        let sealed = vaults.one.seal(PURPOSE, &secret).unwrap();
        assert_eq!(vaults.one.open(PURPOSE, &sealed).unwrap(), secret);
    }
}

fn a_secret_is_not_in_what_is_sealed(vaults: &Vaults) {
    let secret = b"correct horse battery staple";
    let sealed = vaults.one.seal(PURPOSE, secret).unwrap();
    assert!(!sealed.bytes.windows(secret.len()).any(|part| part == secret));
    assert!(!format!("{sealed:?}").contains("horse"));
}

fn another_purpose_cannot_open_it(vaults: &Vaults) {
    let sealed = vaults.one.seal(PURPOSE, b"secret").unwrap();
    for purpose in ["", "registry:r.example2", "registry:r.exampl", "token"] {
        assert_eq!(vaults.one.open(purpose, &sealed), Err(VaultError::Damaged), "{purpose}");
    }
}

fn a_wrong_key_reports_the_required_one(vaults: &Vaults) {
    let (sealed, here) =
        (vaults.one.seal(PURPOSE, b"secret").unwrap(), vaults.other.seal(PURPOSE, b"").unwrap());
    let expected = VaultError::OtherKey { sealed_with: sealed.key_id.clone(), here: here.key_id };
    assert_eq!(vaults.other.open(PURPOSE, &sealed), Err(expected));
}

fn truncated_bytes_are_damaged(vaults: &Vaults) {
    let sealed = vaults.one.seal(PURPOSE, b"secret").unwrap();
    for length in [0, 1, 20] {
        let short = SealedSecret { bytes: sealed.bytes[..length].to_vec(), ..sealed.clone() };
        assert_eq!(vaults.one.open(PURPOSE, &short), Err(VaultError::Damaged), "{length}");
    }
}

fn a_derived_key_belongs_to_its_vault_and_its_purpose(vaults: &Vaults) {
    assert_eq!(vaults.one.derive("plans"), vaults.one.derive("plans"));
    assert_ne!(vaults.one.derive("plans"), vaults.one.derive("other"));
    assert_ne!(vaults.one.derive("plans"), vaults.other.derive("plans"));
}
