//! `PasswordHasher` and `OneTimeCodes`: what signing in relies on.

use core_monitor_domain::ports::{OneTimeCodes, PasswordHasher};
use core_monitor_domain::time::Timestamp;
use core_monitor_domain::user::{OneTimeCode, Password, PasswordHash, TotpSecret, TotpStep};
use core_monitor_passwords::{ArgonHasher, TotpCodes};
use core_monitor_simulation::passwords::{SimCodes, SimPasswordHasher};

macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        $(
            mod $name {
                #[tokio::test]
                async fn simulation() {
                    super::$name(&super::SimPasswordHasher, &super::SimCodes).await;
                }

                #[tokio::test]
                async fn argon_and_totp() {
                    super::$name(&super::ArgonHasher::default(), &super::TotpCodes).await;
                }
            }
        )*
    };
}

contract!(
    a_password_is_known_by_its_hash_and_salt,
    nobody_has_no_password,
    a_damaged_hash_lets_nobody_in,
    a_code_is_right_for_its_secret_and_time,
    a_secret_is_read_as_it_was_written,
);

const SECRET: &[u8; 20] = b"12345678901234567890";

fn password(text: &str) -> Password {
    Password::given(text.to_owned()).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000).unwrap()
}

async fn a_password_is_known_by_its_hash_and_salt(hasher: &dyn PasswordHasher, _: &dyn OneTimeCodes) {
    let hash = hasher.hash(&password("correct horse"), [7; 32]).await.unwrap();
    assert_eq!(hasher.verify(&password("correct horse"), Some(hash.clone())).await, Ok(true));
    for wrong in ["", "correct house", "correct horse ", "CORRECT HORSE"] {
        assert_eq!(hasher.verify(&password(wrong), Some(hash.clone())).await, Ok(false), "{wrong}");
    }
    assert_ne!(hasher.hash(&password("correct horse"), [8; 32]).await.unwrap(), hash);
    assert!(!hash.expose().contains("correct horse"));
}

async fn nobody_has_no_password(hasher: &dyn PasswordHasher, _: &dyn OneTimeCodes) {
    for guess in ["", "nobody", "correct horse"] {
        assert_eq!(hasher.verify(&password(guess), None).await, Ok(false), "{guess}");
    }
}

async fn a_damaged_hash_lets_nobody_in(hasher: &dyn PasswordHasher, _: &dyn OneTimeCodes) {
    for damaged in ["", "plain", "$unknown$"] {
        let verified = hasher.verify(&password("plain"), Some(PasswordHash::new(damaged))).await;
        assert!(verified.is_err(), "{damaged}: {verified:?}");
    }
}

/// The code of [`SECRET`] at 59 s is `right`, which is one of the values of RFC 6238, appendix B, for the real ones.
async fn a_code_is_right_for_its_secret_and_time(_: &dyn PasswordHasher, codes: &dyn OneTimeCodes) {
    let [secret, other] = [*SECRET, [9; 20]].map(|bytes| TotpSecret::new(&bytes).unwrap());
    let candidates = ["287082".to_owned(), SimCodes::code(&secret, at(59))];
    let right = candidates.iter().map(|text| text.parse::<OneTimeCode>().unwrap());
    let right: Vec<_> = right.filter(|code| codes.step_of(&secret, code, at(59)).is_some()).collect();
    let [code] = right.as_slice() else { panic!("one of the two is right") };
    for (seconds, is_right) in
        [(0, true), (29, true), (30, true), (59, true), (89, true), (90, false), (600, false)]
    {
        let found = codes.step_of(&secret, code, at(seconds));
        assert_eq!(found, is_right.then_some(TotpStep(1)), "{seconds} s");
    }
    assert_eq!(codes.step_of(&other, code, at(59)), None);
}

async fn a_secret_is_read_as_it_was_written(_: &dyn PasswordHasher, codes: &dyn OneTimeCodes) {
    let secret = TotpSecret::new(&[7; 20]).unwrap();
    let text = codes.text(&secret);
    assert!(codes.read(&text) == Some(secret.clone()));
    for wrong in ["", "no secret!", &text[..8], &format!("{text}{text}")] {
        assert!(codes.read(wrong).is_none(), "{wrong}");
    }
    let link = codes.link(&secret, &"ann".parse().unwrap());
    assert!(link.starts_with("otpauth://totp/") && link.contains(&text), "{link}");
}
