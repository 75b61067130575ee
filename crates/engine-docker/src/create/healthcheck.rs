//! Health checks.

use bollard::models::HealthConfig;
use core_monitor_domain::desired::{Healthcheck, HealthcheckTest};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::ports::EngineError;

/// `start_interval` needs Engine 25; older engines ignore it silently, and every start would be slower than configured.
const START_INTERVAL: ApiVersion = ApiVersion { major: 1, minor: 44 };

pub(super) fn config(check: &Healthcheck, api: ApiVersion) -> Result<HealthConfig, EngineError> {
    if check.start_interval_ms.is_some() && api < START_INTERVAL {
        let message = format!(
            "`healthcheck.start_interval` needs engine API {START_INTERVAL}, but the engine has {api}"
        );
        return Err(EngineError::Refused { status: 400, message });
    }
    Ok(HealthConfig {
        test: test(&check.test),
        interval: check.interval_ms.map(nanoseconds),
        timeout: check.timeout_ms.map(nanoseconds),
        start_period: check.start_period_ms.map(nanoseconds),
        start_interval: check.start_interval_ms.map(nanoseconds),
        retries: check.retries.map(i64::from),
    })
}

fn test(test: &HealthcheckTest) -> Option<Vec<String>> {
    let with = |word: &str, rest: &[String]| {
        let words = std::iter::once(word.to_owned()).chain(rest.iter().cloned());
        Some(words.collect())
    };
    match test {
        HealthcheckTest::Inherit => None,
        HealthcheckTest::Disabled => with("NONE", &[]),
        HealthcheckTest::Exec(command) => with("CMD", command),
        HealthcheckTest::Shell(line) => with("CMD-SHELL", std::slice::from_ref(line)),
    }
}

fn nanoseconds(millis: u64) -> i64 {
    i64::try_from(millis.saturating_mul(1_000_000)).unwrap_or(i64::MAX)
}
