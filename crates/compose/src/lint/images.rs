//! Whether the image is pinned.

use super::findings::Findings;
use super::said;
use super::subject::Subject;
use super::{Rule, known};
use crate::Severity;

pub(super) static RULES: &[&Rule] = &[&FLOATING_TAG, &MOVING_IMAGE, &MAJOR_TAG, &NO_DIGEST];

static FLOATING_TAG: Rule = Rule {
    code: "floating-tag",
    severity: Severity::Warning,
    title: "the image has no version tag",
    why: "`latest`, `stable` and similar tags change all the time: two hosts may run different versions, and a rollback does \
          not restore the old one.",
    cure: said::cure_floating_tag,
};

static MOVING_IMAGE: Rule = Rule {
    code: "moving-image",
    severity: Severity::Warning,
    title: "a floating tag is pulled repeatedly",
    why: "With this `pull_policy` every apply may run a different version even though the definition has not changed.",
    cure: said::cure_moving_image,
};

static MAJOR_TAG: Rule = Rule {
    code: "major-tag",
    severity: Severity::Info,
    title: "the tag has only a major version",
    why: "`16` moves with every minor release. That brings fixes automatically, and occasionally a surprise.",
    cure: said::cure_major_tag,
};

static NO_DIGEST: Rule = Rule {
    code: "no-digest",
    severity: Severity::Info,
    title: "the image is not pinned by digest",
    why: "A tag can be overwritten in the registry; only a digest identifies the exact image.",
    cure: said::cure_no_digest,
};

#[derive(Debug, PartialEq, Eq)]
enum Pin {
    Floating,
    Major,
    Version,
    Digest,
}

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (name, service) in subject.services() {
        // For a build, `image` only names the result.
        let Some(image) = service.image.as_deref().filter(|_| service.build.is_none()) else { continue };
        let path = format!("services.{name}.image");
        let mut add = |rule, path: &str, message| findings.add(rule, Some(name), path, message);
        match pin(image) {
            Pin::Floating => {
                add(&FLOATING_TAG, &path, said::lint_image_without_version(name, shown(image)));
                let policy = service.pull_policy.as_deref().unwrap_or_default();
                if matches!(policy, "always" | "refresh" | "daily" | "weekly") || policy.starts_with("every_")
                {
                    let message = said::lint_floating_pull(name, policy);
                    add(&MOVING_IMAGE, &format!("services.{name}.pull_policy"), message);
                }
            }
            Pin::Major => {
                add(&MAJOR_TAG, &path, said::lint_major_version_only(name, shown(image)));
            }
            Pin::Version => {
                add(&NO_DIGEST, &path, said::lint_pinned_by_tag(name, shown(image)));
            }
            Pin::Digest => {}
        }
    }
}

fn shown(image: &str) -> String {
    image.chars().take(120).collect()
}

fn pin(image: &str) -> Pin {
    if image.contains('@') {
        return Pin::Digest;
    }
    let Some(tag) = known::tag(image) else { return Pin::Floating };
    if tag.starts_with("latest") || !tag.contains(|c: char| c.is_ascii_digit()) {
        return Pin::Floating;
    }
    let version = tag.strip_prefix('v').unwrap_or(tag);
    let digits = version.bytes().take_while(u8::is_ascii_digit).count();
    // A longer number is a date or a build number.
    let is_major = (1..=4).contains(&digits) && matches!(version.as_bytes().get(digits), None | Some(b'-'));
    if is_major { Pin::Major } else { Pin::Version }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_classified_by_precision() {
        let check = |image: &str, expected: Pin| assert_eq!(pin(image), expected, "{image}");
        check("nginx", Pin::Floating);
        check("nginx:latest", Pin::Floating);
        check("python:slim", Pin::Floating);
        check("r.example:5000/nginx", Pin::Floating);
        check("postgres:16", Pin::Major);
        check("postgres:16-alpine3.20", Pin::Major);
        check("traefik:v3", Pin::Major);
        check("nginx:1.27", Pin::Version);
        check("minio/minio:RELEASE.2025-01-01", Pin::Version);
        check("app:20250101", Pin::Version);
        check("app:4f2a9c1", Pin::Version);
        check("app@sha256:00", Pin::Digest);
    }
}
