//! A definition with a secret in every place that may contain one.

use core_monitor_domain::stack_version::Source;

use crate::canaries::planted;

/// Version 1 works. Version 2 has another image, whose process exits at once, and another value in `environment`.
pub(crate) fn version(number: u32) -> Source {
    let environment =
        if number == 1 { "a value in `environment`" } else { "a changed value in `environment`" };
    let text = FILE
        .replace("{image}", &format!("app:{number}"))
        .replace("{environment}", planted(environment))
        .replace("{command}", planted("an argument of `command`"))
        .replace("{entrypoint}", planted("an argument of `entrypoint`"))
        .replace("{check}", planted("an argument of a health check"))
        .replace("{hook}", planted("an argument of a hook"))
        .replace("{hook environment}", planted("a value in `environment` of a hook"))
        .replace("{content}", planted("the content of a config"))
        .replace("{build argument}", planted("an argument of a build"));
    let mut source = Source::single("compose.yaml", text);
    for (path, place) in [
        ("web.env", "a line of an env file"),
        ("pin.txt", "a secret from a file"),
        ("html/index.html", "any other file"),
        ("app/data", "a file that is built from"),
    ] {
        let text = if path == "web.env" {
            format!("FROM_FILE={}\n", planted(place))
        } else {
            planted(place).to_owned()
        };
        source.files.insert(path.to_owned(), text.into());
    }
    source.files.insert("app/Dockerfile".to_owned(), "FROM base\nCOPY data /data\n".into());
    let variables = [
        ("VALUE", "a variable of the version"),
        ("CONFIG", "a config from a variable"),
        ("SECRET", "a secret from a variable"),
        ("BUILD_SECRET", "a secret of a build"),
    ];
    source.variables = variables.map(|(name, place)| (name.to_owned(), planted(place).to_owned())).into();
    source
}

const FILE: &str = r#"
services:
  web:
    image: {image}
    entrypoint: [enter, "{entrypoint}"]
    command: [serve, "{command}"]
    environment:
      LITERAL: "{environment}"
      FROM_VARIABLE: "before ${VALUE} behind"
    env_file: [web.env]
    healthcheck: {test: [CMD, check, "{check}"], interval: 1s, retries: 1}
    volumes: ["./html:/html", "data:/data"]
    configs: [content, variable]
    secrets: [variable_secret, file_secret]
    post_start:
      - command: [hook, "{hook}"]
        environment: {IN_HOOK: "{hook environment}"}
    pre_stop:
      - command: [hook, "{hook}"]
  built:
    build:
      context: ./app
      args: {ARGUMENT: "{build argument}"}
      secrets: [build_secret]
configs:
  content: {content: "a ${VALUE} {content} b"}
  variable: {environment: CONFIG}
secrets:
  variable_secret: {environment: SECRET}
  file_secret: {file: ./pin.txt}
  build_secret: {environment: BUILD_SECRET}
volumes:
  data: {}
"#;
