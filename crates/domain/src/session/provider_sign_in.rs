//! Sign-ins that are under way at a provider of identities.

use std::collections::HashMap;
use std::time::Duration;

use super::{SessionHash, SessionSecret};

/// How long somebody may take at the provider.
pub const AT_THE_PROVIDER_FOR: Duration = Duration::from_mins(10);

/// Most sign-ins under way; the limit of attempts allows fewer.
const MOST: usize = 1_024;

/// What is made for one sign-in with a provider, and has to be remembered until it comes back: 256 random bits each. It implements
/// neither `Debug` nor `Display`.
#[derive(Clone)]
pub struct SignInSecrets {
    /// What the browser brings back, by which the sign-in is found again.
    pub state: [u8; 32],
    /// What the provider puts into its token, so that it is one for this sign-in.
    pub nonce: [u8; 32],
    /// What is shown to the provider with the code, so that nobody else can use the code.
    pub verifier: [u8; 32],
}

/// The sign-ins under way, each known by its state and for the browser that began it. They are gone when the server stops: whoever
/// comes back then begins again. `now` is always the time of a monotonic clock.
#[derive(Default)]
pub struct ProviderSignIns {
    by_state: HashMap<[u8; 32], UnderWay>,
}

struct UnderWay {
    browser: SessionHash,
    secrets: SignInSecrets,
    until: Duration,
}

impl ProviderSignIns {
    /// Remembers one that `browser` begins. Returns whether there was room for it.
    pub fn begin(&mut self, browser: &SessionSecret, secrets: SignInSecrets, now: Duration) -> bool {
        self.by_state.retain(|_, one| one.until > now);
        if self.by_state.len() >= MOST {
            return false;
        }
        let until = now + AT_THE_PROVIDER_FOR;
        let one = UnderWay { browser: browser.hash(), secrets, until };
        self.by_state.insert(one.secrets.state, one);
        true
    }

    /// Takes the one with this state, if it is that of `browser` and in time: once. In another browser it stays for its own.
    pub fn take(
        &mut self,
        state: &[u8; 32],
        browser: &SessionSecret,
        now: Duration,
    ) -> Option<SignInSecrets> {
        self.by_state.retain(|_, one| one.until > now);
        let is_own = self.by_state.get(state).is_some_and(|one| one.browser == browser.hash());
        if is_own { self.by_state.remove(state).map(|one| one.secrets) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(byte: u8) -> SignInSecrets {
        SignInSecrets { state: [byte; 32], nonce: [byte; 32], verifier: [byte; 32] }
    }

    #[test]
    fn a_sign_in_comes_back_once_in_its_browser_and_in_time() {
        let (own, other) = (SessionSecret::new([1; 32]), SessionSecret::new([2; 32]));
        let (start, mut under_way) = (Duration::from_secs(5), ProviderSignIns::default());
        assert!(under_way.begin(&own, secrets(7), start));
        assert!(under_way.take(&[8; 32], &own, start).is_none(), "another state");
        assert!(under_way.take(&[7; 32], &other, start).is_none(), "another browser");
        assert!(under_way.take(&[7; 32], &own, start).is_some());
        assert!(under_way.take(&[7; 32], &own, start).is_none(), "again");
        assert!(under_way.begin(&own, secrets(7), start));
        assert!(under_way.take(&[7; 32], &own, start + AT_THE_PROVIDER_FOR).is_none(), "too late");
    }

    #[test]
    fn what_is_remembered_has_a_limit() {
        let (own, mut under_way) = (SessionSecret::new([1; 32]), ProviderSignIns::default());
        for number in 0..u32::try_from(MOST).unwrap() {
            let mut one = secrets(0);
            one.state[..4].copy_from_slice(&number.to_be_bytes());
            assert!(under_way.begin(&own, one, Duration::ZERO));
        }
        assert!(!under_way.begin(&own, secrets(9), Duration::ZERO));
        assert!(under_way.begin(&own, secrets(9), AT_THE_PROVIDER_FOR), "the others are over");
    }
}
