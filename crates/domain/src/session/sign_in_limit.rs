//! How often somebody may try to sign in.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use crate::ids::UserId;

/// Attempts that may come at once from one address.
const BURST: u32 = 10;
/// Time after which one address may try once more.
const INTERVAL: Duration = Duration::from_secs(6);
/// Attempts that may come at once from all addresses.
const BURST_IN_ALL: u32 = 60;
/// Time after which anybody may try once more.
const INTERVAL_IN_ALL: Duration = Duration::from_secs(1);
/// Time after which somebody may try once more for a user: a million codes, of which three are right, take months.
const INTERVAL_OF_USER: Duration = Duration::from_mins(1);

/// There were too many attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManySignIns {
    /// How long to wait before the next one.
    pub wait: Duration,
}

/// Counts attempts to sign in, for each address and for all together. `now` is always the time of a monotonic clock.
///
/// An attempt counts before the token is looked at, so that many at once do not get through, and one with a valid token is given
/// back. The limit for all also bounds the memory: an address is forgotten once it may try as often as any other, and fewer than 200
/// can be in debt at a time.
#[derive(Debug, Default)]
pub struct SignInLimit {
    in_all: Bucket,
    by_address: HashMap<Option<IpAddr>, Bucket>,
}

impl SignInLimit {
    /// Counts an attempt from `address`, if there may be one more.
    pub fn admit(&mut self, address: Option<IpAddr>, now: Duration) -> Result<(), TooManySignIns> {
        self.by_address.retain(|_, bucket| bucket.paid_at > now);
        let key = address.map(network);
        let mut in_all = self.in_all;
        in_all.take(now, INTERVAL_IN_ALL, BURST_IN_ALL)?;
        let mut own = self.by_address.get(&key).copied().unwrap_or_default();
        // A refused attempt costs nobody else anything.
        own.take(now, INTERVAL, BURST)?;
        self.in_all = in_all;
        self.by_address.insert(key, own);
        Ok(())
    }

    /// Gives an attempt from `address` back, which had a valid token.
    pub fn give_back(&mut self, address: Option<IpAddr>) {
        self.in_all.give_back(INTERVAL_IN_ALL);
        if let Some(bucket) = self.by_address.get_mut(&address.map(network)) {
            bucket.give_back(INTERVAL);
        }
    }
}

/// Counts what takes the password of a user, for each user: signing in with the right one, and changes of the account. Whoever does that
/// knows the password or has a session, so that nobody else can use the attempts up and keep somebody out. Right ones count, too, since each
/// takes a core for a moment, and the limit for an address is given back for them.
#[derive(Debug, Default)]
pub struct UserLimit {
    by_user: HashMap<UserId, Bucket>,
}

impl UserLimit {
    /// Counts an attempt for `user`, if there may be one more.
    pub fn admit(&mut self, user: UserId, now: Duration) -> Result<(), TooManySignIns> {
        self.by_user.retain(|_, bucket| bucket.paid_at > now);
        let mut own = self.by_user.get(&user).copied().unwrap_or_default();
        own.take(now, INTERVAL_OF_USER, BURST)?;
        self.by_user.insert(user, own);
        Ok(())
    }
}

/// What counts as one address: whoever has an IPv6 address usually has the whole /64 network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Attempts as a debt that is paid off in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Bucket {
    /// When all attempts are paid for.
    paid_at: Duration,
}

impl Bucket {
    fn take(&mut self, now: Duration, interval: Duration, burst: u32) -> Result<(), TooManySignIns> {
        let paid_at = self.paid_at.max(now) + interval;
        match paid_at.checked_sub(now + interval * burst) {
            None | Some(Duration::ZERO) => {
                self.paid_at = paid_at;
                Ok(())
            }
            Some(wait) => Err(TooManySignIns { wait }),
        }
    }

    fn give_back(&mut self, interval: Duration) {
        self.paid_at = self.paid_at.saturating_sub(interval);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u32) -> Option<IpAddr> {
        std::net::Ipv4Addr::from(number).to_string().parse().ok()
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(1_000 + seconds)
    }

    /// How many of `tries` are admitted.
    fn admitted(limit: &mut SignInLimit, from: Option<IpAddr>, now: Duration, tries: u32) -> u32 {
        (0..tries).map(|_| u32::from(limit.admit(from, now).is_ok())).sum()
    }

    #[test]
    fn an_address_gets_ten_attempts_and_then_one_every_six_seconds() {
        let mut limit = SignInLimit::default();
        assert_eq!(admitted(&mut limit, address(1), at(0), 30), 10);
        assert_eq!(limit.admit(address(1), at(2)), Err(TooManySignIns { wait: Duration::from_secs(4) }));
        assert_eq!(admitted(&mut limit, address(1), at(6), 3), 1);
        assert_eq!(admitted(&mut limit, address(2), at(6), 30), 10, "another address has its own");
        assert_eq!(admitted(&mut limit, None, at(6), 30), 10, "and so has no address");
        assert_eq!(admitted(&mut limit, address(1), at(600), 30), 10, "in time, all are given again");
    }

    #[test]
    fn all_addresses_share_a_limit() {
        let mut limit = SignInLimit::default();
        let tried: u32 = (0..200).map(|number| admitted(&mut limit, address(number), at(0), 1)).sum();
        assert_eq!(tried, 60);
        assert_eq!(limit.admit(address(999), at(0)), Err(TooManySignIns { wait: Duration::from_secs(1) }));
        assert!(limit.admit(address(999), at(1)).is_ok());
    }

    #[test]
    fn a_valid_token_costs_nothing() {
        let mut limit = SignInLimit::default();
        for _ in 0..100 {
            assert_eq!(limit.admit(address(1), at(0)), Ok(()));
            limit.give_back(address(1));
        }
        assert_eq!(admitted(&mut limit, address(1), at(0), 30), 10);
        limit.give_back(address(7));
        assert_eq!(limit.by_address.len(), 1, "an address that never tried is not remembered");
    }

    #[test]
    fn a_user_gets_ten_attempts_and_then_one_a_minute() {
        let mut limit = UserLimit::default();
        let [ann, bob] = [1, 2].map(|number| UserId(uuid::Uuid::from_u128(number)));
        let tried =
            |limit: &mut UserLimit, user, now| (0..20).filter(|_| limit.admit(user, now).is_ok()).count();
        assert_eq!(tried(&mut limit, ann, at(0)), 10);
        assert_eq!(limit.admit(ann, at(59)), Err(TooManySignIns { wait: Duration::from_secs(1) }));
        assert_eq!(tried(&mut limit, ann, at(60)), 1);
        assert_eq!(tried(&mut limit, bob, at(60)), 10, "another user has their own");
        assert_eq!(limit.by_user.len(), 2);
        assert_eq!(tried(&mut limit, bob, at(3_600)), 10, "in time, all are given again");
        assert_eq!(limit.by_user.len(), 1, "and the others are forgotten");
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let mut limit = SignInLimit::default();
        let v6 = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        assert_eq!(admitted(&mut limit, v6("2001:db8::1"), at(0), 10), 10);
        assert!(limit.admit(v6("2001:db8::2:3"), at(0)).is_err());
        assert!(limit.admit(v6("2001:db8:0:1::1"), at(0)).is_ok());
        assert_eq!(admitted(&mut limit, v6("::ffff:10.0.0.1"), at(0), 20), 10);
        assert!(limit.admit(v6("10.0.0.1"), at(0)).is_err());
    }

    #[test]
    fn attempts_from_everywhere_take_little_memory() {
        let mut limit = SignInLimit::default();
        let mut most = 0;
        for number in 0..20_000_u32 {
            // Ten attempts a second, each from another address.
            let _ = limit.admit(address(number), at(0) + Duration::from_millis(u64::from(number) * 100));
            most = most.max(limit.by_address.len());
        }
        assert!(most < 200, "{most}");
    }
}
