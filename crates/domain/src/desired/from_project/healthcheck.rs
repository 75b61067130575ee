//! Health checks.

use core_monitor_compose::model;

use super::DesiredError;
use super::container::millis;
use super::said;
use crate::desired::{Healthcheck, HealthcheckTest};

pub(super) fn healthcheck(service: &str, check: &model::Healthcheck) -> Result<Healthcheck, DesiredError> {
    Ok(Healthcheck {
        test: test(service, check)?,
        interval_ms: check.interval.map(millis),
        timeout_ms: check.timeout.map(millis),
        start_period_ms: check.start_period.map(millis),
        start_interval_ms: check.start_interval.map(millis),
        retries: check.retries.map(|retries| u32::try_from(retries).unwrap_or(u32::MAX)),
    })
}

fn test(service: &str, check: &model::Healthcheck) -> Result<HealthcheckTest, DesiredError> {
    if check.disable {
        return Ok(HealthcheckTest::Disabled);
    }
    match check.test.split_first() {
        None => Ok(HealthcheckTest::Inherit),
        Some((kind, arguments)) => match kind.as_str() {
            "NONE" => Ok(HealthcheckTest::Disabled),
            "CMD" => Ok(HealthcheckTest::Exec(arguments.to_vec())),
            "CMD-SHELL" => Ok(HealthcheckTest::Shell(arguments.join(" "))),
            other => {
                let what = said::healthcheck_test_form(other);
                Err(DesiredError::value(service, "healthcheck", what))
            }
        },
    }
}
