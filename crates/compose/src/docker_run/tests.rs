use super::convert;

fn check(line: &str, expected: &str) {
    let errors = convert(line).expect_err(line);
    let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(shown.join("\n"), expected, "{line}");
}

#[test]
fn unknown_flags_have_a_position_and_a_suggestion() {
    let help = "(run `docker run --help` to list the flags)";
    check(
        "docker run --pubish 80:80 nginx",
        "1:12: `--pubish` is not a flag of `docker run` (did you mean `--publish`?)",
    );
    check(
        "docker run -d \\\n  -name web nginx",
        "2:3: `-n` is not a flag of `docker run` (did you mean `--name`?)",
    );
    check("docker run -y nginx", &format!("1:12: `-y` is not a flag of `docker run` {help}"));
    check(
        "docker run --frobnicate nginx",
        &format!("1:12: `--frobnicate` is not a flag of `docker run` {help}"),
    );
    check("docker run --rm=maybe nginx", "1:12: `maybe` is neither `true` nor `false`");
}

#[test]
fn words_after_the_image_are_not_flags() {
    assert!(
        convert("docker run nginx -d --frobnicate").unwrap().compose.contains("command: -d --frobnicate")
    );
}

#[test]
fn loader_errors_are_reported_for_the_flag() {
    check(
        "docker run -d --memory banana nginx",
        "1:15: `mem_limit` of service `nginx`: `banana` is not a size (write `64m` or `1.5g`, for example)",
    );
}
