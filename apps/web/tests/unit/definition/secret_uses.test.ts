import { secretUses } from "@/features/definition/secret_uses";
import { expect, test } from "vitest";

const compose = `name: shop
services:
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: \${DB_PASSWORD}
      POSTGRES_USER: app # \${DB_PASSWORD} is not here
      LITERAL: $\${DB_PASSWORD}
    secrets:
    - replication
  web:
    environment:
    - DATABASE_URL=postgres://app:\${DB_PASSWORD:?}@db/app
    - "OTHER=\${DB_PASSWORD_2}"
    command: ["--password", "\${DB_PASSWORD}"]
    secrets:
      - replication
secrets:
  replication:
    environment: REPLICATION_KEY
`;

test("variables of containers that have a secret in them are found in both ways of writing", () => {
  expect(secretUses([compose], "DB_PASSWORD")).toEqual([
    { service: "db", kind: "variable", name: "POSTGRES_PASSWORD" },
    { service: "web", kind: "variable", name: "DATABASE_URL" },
  ]);
  expect(secretUses([compose], "DB_PASSWORD_2")).toEqual([{ service: "web", kind: "variable", name: "OTHER" }]);
});

test("secrets that services get as files are found in every file of the definition", () => {
  const more = 'services:\n  backup:\n    secrets: [other, "replication"] # in brackets\n  mirror:\n    secrets:\n      - source: replication\n        target: key\n';
  expect(secretUses([compose, more], "REPLICATION_KEY")).toEqual([
    { service: "db", kind: "file", name: "/run/secrets/replication" },
    { service: "web", kind: "file", name: "/run/secrets/replication" },
    { service: "backup", kind: "file", name: "/run/secrets/replication" },
    { service: "mirror", kind: "file", name: "/run/secrets/replication" },
  ]);
});

test("what is declared in brackets is found as well", () => {
  expect(secretUses(["services:\n  db:\n    secrets: [key]\nsecrets:\n  key: { environment: DB_KEY }\n  other: { environment: OTHER }\n"], "DB_KEY")).toEqual([{ service: "db", kind: "file", name: "/run/secrets/key" }]);
});

test("what nobody uses is used nowhere", () => {
  expect(secretUses([compose], "UNUSED")).toEqual([]);
  expect(secretUses(["{{ no yaml"], "UNUSED")).toEqual([]);
});
