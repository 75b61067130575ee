//! [`OneTimeCodes`]: those of RFC 6238, as authenticator apps show them.

use core_monitor_domain::ports::OneTimeCodes;
use core_monitor_domain::time::Timestamp;
use core_monitor_domain::user::{OneTimeCode, TotpSecret, TotpStep, UserName};
use totp_rs::{Builder, Secret, Totp};

/// What apps show above the codes.
const ISSUER: &str = "Core Monitor";

/// One-time codes with SHA-1, six digits and 30 seconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct TotpCodes;

/// The defaults of the library are those of the RFC, and one step to either side.
fn totp(secret: &TotpSecret, name: &str) -> Totp {
    let builder = Builder::new().with_secret(Secret::new_stack(*secret.expose()));
    builder.with_skew(1).with_issuer(Some(ISSUER)).with_account_name(name).build_noncompliant()
}

impl OneTimeCodes for TotpCodes {
    fn step_of(&self, secret: &TotpSecret, code: &OneTimeCode, now: Timestamp) -> Option<TotpStep> {
        let seconds = u64::try_from(now.as_millis() / 1_000).ok()?;
        totp(secret, "").check(code.digits(), seconds).map(TotpStep)
    }

    fn text(&self, secret: &TotpSecret) -> String {
        Secret::new_stack(*secret.expose()).to_base32()
    }

    fn read(&self, text: &str) -> Option<TotpSecret> {
        let secret = Secret::try_from_base32(text).ok()?;
        // Twenty bytes and no more, so that each secret has one text.
        (secret.as_bytes().len() == 20).then(|| TotpSecret::new(secret.as_bytes()).ok())?
    }

    fn link(&self, secret: &TotpSecret, name: &UserName) -> String {
        // Neither name has a colon in it, which is all that could be wrong.
        totp(secret, name.as_str()).to_url().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000).unwrap()
    }

    fn secret() -> TotpSecret {
        TotpSecret::new(b"12345678901234567890").unwrap()
    }

    /// RFC 6238, appendix B, of which apps show the last six digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let cases = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, code) in cases {
            let step = TotpCodes.step_of(&secret(), &code.parse().unwrap(), at(seconds));
            assert_eq!(step, Some(TotpStep(u64::try_from(seconds).unwrap() / 30)), "{seconds}");
        }
    }

    #[test]
    fn a_code_is_valid_for_its_step_and_one_to_either_side() {
        let found = |seconds| TotpCodes.step_of(&secret(), &"287082".parse().unwrap(), at(seconds));
        assert_eq!([29, 30, 59, 89].map(found), [Some(TotpStep(1)); 4]);
        assert_eq!([90, 120, 1_000].map(found), [None; 3]);
        let other = TotpSecret::new(&[1; 20]).unwrap();
        assert_eq!(TotpCodes.step_of(&other, &"287082".parse().unwrap(), at(59)), None);
    }

    #[test]
    fn apps_understand_the_link() {
        let link = TotpCodes.link(&secret(), &"ann@example.org".parse().unwrap());
        assert!(link.starts_with("otpauth://totp/Core%20Monitor:ann%40example.org?"), "{link}");
        assert!(link.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{link}");
        assert!(link.contains("issuer=Core%20Monitor"), "{link}");
    }

    #[test]
    fn a_secret_is_read_as_it_was_written() {
        let text = TotpCodes.text(&secret());
        assert!(TotpCodes.read(&text) == Some(secret()));
        for wrong in ["", "GEZDGNBV", "no secret!", &format!("{text}GEZDGNBV")] {
            assert!(TotpCodes.read(wrong).is_none(), "{wrong}");
        }
    }
}
