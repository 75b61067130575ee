import { expect, test } from "vitest";
import { join, parentsOf } from "./paths";

test("a name in the root has one slash", () => {
  expect(join("/", "etc")).toBe("/etc");
  expect(join("/etc", "hosts")).toBe("/etc/hosts");
});

test("every folder on the way has its path", () => {
  expect(parentsOf("/etc/nginx")).toEqual([
    { name: "/", path: "/" },
    { name: "etc/", path: "/etc" },
    { name: "nginx/", path: "/etc/nginx" },
  ]);
});
