import { expect, test } from "vitest";
import { composeFileOf, composeFilesOf } from "./compose_file";

test("the compose file is found by its name", () => {
  expect(composeFileOf(["a.yml", "docker-compose.yml", "compose.yml"])).toBe("compose.yml");
  expect(composeFileOf(["conf/app.yml", "shop.yaml"])).toBe("shop.yaml");
  expect(composeFileOf(["README.md"])).toBe("compose.yaml");
});

test("what adds to it comes after it", () => {
  expect(composeFilesOf(["compose.override.yml", "compose.yml"])).toEqual(["compose.yml", "compose.override.yml"]);
});
