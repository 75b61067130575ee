// @vitest-environment jsdom
import { mergeText } from "@/features/definition/diff3";
import { changesOf, countChanges, putFile, removeFile, renameFile, toDefinition, toLint, untouched, variableProblem, withComposeFiles, withSecret, withVariables, type Snapshot } from "@/features/definition/draft";
import { contentOf, pathProblem, toBase64, type FileContent } from "@/features/definition/files";
import { afterRefusal, mergedDraft, mergeOf } from "@/features/definition/merge";
import { proposedDraft } from "@/features/definition/proposal";
import { loadDraft, storeDraft } from "@/features/definition/store";
import { beforeEach, describe, expect, it } from "vitest";

const text = (content: string): FileContent => ({ kind: "text", text: content, executable: false });
const COMPOSE = "services:\n  web:\n    image: nginx:1\n  db:\n    image: postgres:16\n";

const base: Snapshot = {
  version: 8,
  composeFiles: ["compose.yaml"],
  files: { "compose.yaml": text(COMPOSE), "web.env": text("A=1\n"), "logo.png": { kind: "binary", base64: "AAE=", size: 2, executable: false, origin: null } },
  variables: { TAG: "1", LEVEL: "info" },
  secrets: { PASSWORD: 1 },
};
const edited = (content: string) => putFile(base, untouched(8), "compose.yaml", text(content));

describe("merging texts", () => {
  it("takes what only one side changed", () => {
    expect(mergeText("a\nb\nc\n", "a\nB\nc\n", "a\nb\nc\nd\n")).toEqual({ text: "a\nB\nc\nd\n", conflicts: 0 });
    expect(mergeText("a\nb\nc\n", "b\nc\n", "a\nb\n")).toEqual({ text: "b\n", conflicts: 0 });
  });

  it("keeps mine where both changed the same place, and counts it", () => {
    expect(mergeText("a\nb\nc\n", "a\nmine\nc\n", "a\ntheirs\nc\n")).toEqual({ text: "a\nmine\nc\n", conflicts: 1 });
    expect(mergeText("a\n", "a\nx\n", "a\nx\n"), "the same change is no conflict").toEqual({ text: "a\nx\n", conflicts: 0 });
    expect(mergeText("", "x\n", "y\n").conflicts).toBe(1);
  });

  it("keeps texts without a last line end", () => {
    expect(mergeText("a\nb", "A\nb", "a\nb").text).toBe("A\nb");
  });
});

describe("a draft", () => {
  it("has no change where a file is as it was", () => {
    const draft = edited("services: {}\n");
    expect(countChanges(changesOf(draft))).toBe(1);
    expect(countChanges(changesOf(putFile(base, draft, "compose.yaml", text(COMPOSE))))).toBe(0);
    expect(countChanges(changesOf(withVariables(base, draft, [{ name: "TAG", value: "1" }, { name: "LEVEL", value: "info" }])))).toBe(1);
  });

  it("renames the compose file along with its part", () => {
    const draft = renameFile(base, untouched(8), "compose.yaml", "docker-compose.yml");
    expect(toDefinition(base, draft, "").compose_files).toEqual([{ path: "docker-compose.yml", content: COMPOSE }]);
    expect(toLint(base, draft).compose_files).toEqual([{ path: "docker-compose.yml", content: COMPOSE }]);
  });

  it("sends every file, and only wishes about secrets", () => {
    const draft = withSecret(withSecret(removeFile(base, untouched(8), "web.env"), "PASSWORD", { kind: "set", value: "s3cret" }), "GONE", { kind: "remove" });
    expect(toDefinition(base, draft, " why ")).toEqual({
      compose_files: [{ path: "compose.yaml", content: COMPOSE }],
      files: { "logo.png": { base64: "AAE=", executable: false } },
      variables: { TAG: "1", LEVEL: "info" },
      secret_variables: { PASSWORD: { value: "s3cret" } },
      comment: "why",
    });
  });

  it("sends several compose files in their order, with variables and secrets", () => {
    const more = putFile(base, untouched(8), "more.yaml", text("services: {}\n"));
    const two = withSecret(withComposeFiles(base, more, ["more.yaml", "compose.yaml"]), "KEY", { kind: "generate", recipe: {} });
    expect(toDefinition(base, two, "")).toMatchObject({
      compose_files: [{ path: "more.yaml", content: "services: {}\n" }, { path: "compose.yaml", content: COMPOSE }],
      variables: { TAG: "1", LEVEL: "info" },
      secret_variables: { KEY: { generate: {} } },
    });
    expect(Object.keys(toDefinition(base, two, "").files ?? {})).toEqual(["web.env", "logo.png"]);
  });

  it("of what the server proposes changes those files, and leaves out what is gone", () => {
    const draft = proposedDraft({ base_version: 8, files: [{ path: "web.env", content: null, executable: false }, { path: "compose.yaml", content: "services: {}\n", executable: false }] });
    expect(draft.base).toBe(8);
    expect(toDefinition(base, draft, "")).toMatchObject({ compose_files: [{ path: "compose.yaml", content: "services: {}\n" }] });
    expect(Object.keys(toDefinition(base, draft, "").files ?? {})).toEqual(["logo.png"]);
  });

  it("never sends the value of a secret to be checked", () => {
    const draft = withSecret(untouched(8), "KEY", { kind: "set", value: "s3cret" });
    expect(JSON.stringify(toLint(base, draft))).not.toContain("s3cret");
    expect(toLint(base, draft).secret_variables).toEqual({ KEY: { keep: true }, PASSWORD: { keep: true } });
  });

  it("sends an executable text as bytes, because only those can be executable", () => {
    const draft = putFile(base, untouched(8), "start.sh", { kind: "text", text: "#!/bin/sh\n", executable: true });
    expect(toDefinition(base, draft, "").files?.["start.sh"]).toEqual({ base64: btoa("#!/bin/sh\n"), executable: true });
  });

  it("names what is wrong with a variable", () => {
    const all = [{ name: "A", value: "" }, { name: "A", value: "" }];
    expect(variableProblem({ name: "", value: "x" }, all, [])).toBe("empty");
    expect(variableProblem({ name: "a-b", value: "x" }, all, [])).toBe("invalid");
    expect(variableProblem({ name: "A", value: "" }, all, [])).toBe("twice");
    expect(variableProblem({ name: "KEY", value: "" }, [], ["KEY"])).toBe("secret");
  });
});

describe("a draft in storage", () => {
  beforeEach(() => sessionStorage.clear());

  it("survives a reload without the values of secrets", () => {
    storeDraft("s1", withSecret(withSecret(edited("x: 1\n"), "KEY", { kind: "set", value: "s3cret" }), "OTHER", { kind: "generate", recipe: { length: 40 } }));
    expect(JSON.stringify({ ...sessionStorage })).not.toContain("s3cret");
    expect(loadDraft("s1")).toMatchObject({ base: 8, files: { "compose.yaml": text("x: 1\n") }, secrets: { OTHER: { kind: "generate" } } });
    storeDraft("s1", null);
    expect(loadDraft("s1")).toBeNull();
  });

  it("is ignored when it is broken", () => {
    sessionStorage.setItem("core-monitor:draft:s1", "{");
    expect(loadDraft("s1")).toBeNull();
  });
});

describe("the merge choice", () => {
  const theirs: Snapshot = {
    ...base,
    version: 9,
    files: { ...base.files, "compose.yaml": text(COMPOSE.replace("postgres:16", "postgres:17")), "web.env": text("A=2\n") },
    variables: { TAG: "2", LEVEL: "info" },
    secrets: { PASSWORD: 9 },
  };

  it("puts together what does not touch", () => {
    const draft = edited(COMPOSE.replace("nginx:1", "nginx:2"));
    const [compose, env] = mergeOf(base, draft, theirs).files;
    expect([compose?.changed, env?.changed]).toEqual(["both", "theirs"]);
    const merged = mergedDraft(base, draft, theirs, { files: {}, variables: {} });
    expect(merged.base).toBe(9);
    expect(merged.files).toEqual({ "compose.yaml": text("services:\n  web:\n    image: nginx:2\n  db:\n    image: postgres:17\n") });
  });

  it("asks where both changed the same", () => {
    const draft = withVariables(base, withSecret(edited(COMPOSE.replace("postgres:16", "postgres:18")), "PASSWORD", { kind: "set", value: "x" }), [{ name: "TAG", value: "3" }, { name: "LEVEL", value: "debug" }]);
    const merge = mergeOf(base, draft, theirs);
    expect(merge.files[0]).toMatchObject({ path: "compose.yaml", changed: "conflict" });
    expect(merge.variables).toEqual([{ name: "TAG", mine: "3", theirs: "2" }]);
    expect(merge.secrets).toEqual(["PASSWORD"]);
    const merged = mergedDraft(base, draft, theirs, { files: { "compose.yaml": theirs.files["compose.yaml"] ?? null }, variables: { TAG: "theirs" } });
    expect(merged.files).toEqual({});
    expect(merged.variables).toEqual([{ name: "TAG", value: "2" }, { name: "LEVEL", value: "debug" }]);
  });

  it("keeps a file that only one side took away, away", () => {
    const merged = mergedDraft(base, removeFile(base, untouched(8), "logo.png"), theirs, { files: {}, variables: {} });
    expect(merged.files).toEqual({ "logo.png": null });
  });

  it("is shown for another version, not for another command", () => {
    expect(afterRefusal(8, 8)).toBe("again");
    expect(afterRefusal(8, 9)).toBe("merge");
  });
});

describe("files", () => {
  it("are text if they are UTF-8 without NUL", () => {
    expect(contentOf(new TextEncoder().encode("é\n"), false)).toEqual(text("é\n"));
    expect(contentOf(new Uint8Array([0, 1]), true)).toEqual({ kind: "binary", base64: "AAE=", size: 2, executable: true, origin: null });
    expect(contentOf(new Uint8Array([0xff, 0xfe]), false).kind).toBe("binary");
    expect(atob(toBase64(new Uint8Array(20_000).fill(65)))).toHaveLength(20_000);
  });

  it("cannot have a path outside the folder, or one that is taken", () => {
    expect(pathProblem("../x", base.files)).toBe("outside");
    expect(pathProblem("/x", base.files)).toBe("outside");
    expect(pathProblem("web.env", base.files)).toBe("taken");
    expect(pathProblem("web.env/x", base.files)).toBe("folder");
    expect(pathProblem(" ", base.files)).toBe("empty");
    expect(pathProblem("conf/nginx.conf", base.files)).toBeNull();
  });
});
