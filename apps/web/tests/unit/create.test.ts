import type { Message } from "@/api/generated";
import { stackName } from "@/features/create/beginning";
import { commonFolder, fromInput, isArchive } from "@/features/create/folder";
import { PathTooLong, tarOf } from "@/features/definition/tar";
import { sortedNotes } from "@/features/create/notes";
import { describe, expect, it } from "vitest";

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

const text = (bytes: Uint8Array, from: number, length: number) => new TextDecoder().decode(bytes.subarray(from, from + length)).replace(/\0.*$/, "");

describe("a tar archive", () => {
  it("has a header, the content and padding for each file, and ends with two empty blocks", async () => {
    const bytes = await bytesOf(tarOf([{ path: "compose.yaml", content: new Blob(["services: {}\n"]), executable: false }, { path: "bin/run", content: new Blob(["#!/bin/sh\n"]), executable: true }]));
    expect(bytes).toHaveLength(512 * 2 * 2 + 1_024);
    expect([text(bytes, 0, 100), text(bytes, 100, 8), text(bytes, 124, 12), text(bytes, 156, 1), text(bytes, 257, 6)]).toEqual(["compose.yaml", "0000644", "00000000015", "0", "ustar"]);
    expect(text(bytes, 512, 13)).toBe("services: {}\n");
    expect([text(bytes, 1_024, 100), text(bytes, 1_124, 8)]).toEqual(["bin/run", "0000755"]);
    expect(bytes.subarray(-1_024).every((byte) => byte === 0)).toBe(true);
  });

  it("has the checksum that readers expect", async () => {
    const bytes = await bytesOf(tarOf([{ path: "é.txt", content: new Blob(["x"]), executable: false }]));
    const header = bytes.slice(0, 512);
    const stored = Number.parseInt(text(header, 148, 8), 8);
    header.fill(32, 148, 156);
    expect(stored).toBe(header.reduce((sum, byte) => sum + byte, 0));
  });

  it("cuts long paths in two, and refuses what fits in none", async () => {
    const path = `${"folder/".repeat(20)}file.txt`;
    const bytes = await bytesOf(tarOf([{ path, content: new Blob([]), executable: false }]));
    expect(`${text(bytes, 345, 155)}/${text(bytes, 0, 100)}`).toBe(path);
    expect(() => tarOf([{ path: `${"x".repeat(120)}/y`, content: new Blob([]), executable: false }])).not.toThrow();
    expect(() => tarOf([{ path: "x".repeat(120), content: new Blob([]), executable: false }])).toThrow(PathTooLong);
  });

  it("of no change in the files is the same archive", async () => {
    const make = () => bytesOf(tarOf([{ path: "a", content: new Blob(["a"]), executable: false }]));
    expect(await make()).toEqual(await make());
  });
});

describe("what a person chose", () => {
  const file = (path: string, content = "x") => Object.defineProperty(new File([content], path.split("/").at(-1) ?? ""), "webkitRelativePath", { value: path.includes("/") ? path : "" });

  it("is an archive by its name", async () => {
    expect(["a.tar", "a.tgz", "a.tar.gz", "a.ZIP", "a.gz", "a.yml"].map(isArchive)).toEqual([true, true, true, true, false, false]);
    expect(await fromInput([file("shop.tar.gz")])).toMatchObject({ kind: "archive", name: "shop" });
    expect(await fromInput([])).toBeNull();
  });

  it("is a folder without its own name in the paths, and without what belongs to no definition", async () => {
    const picked = await fromInput([file("shop/web/run.sh", "#!/bin/sh\n"), file("shop/compose.yaml"), file("shop/.git/config"), file("shop/node_modules/x/index.js")]);
    expect(picked).toMatchObject({ kind: "folder", name: "shop", leftOut: 2 });
    expect(picked?.kind === "folder" && picked.files.map(({ path, executable }) => [path, executable])).toEqual([["compose.yaml", false], ["web/run.sh", true]]);
  });

  it("has a common folder only if all files are in it", () => {
    expect(commonFolder(["a/b", "a/c/d"])).toBe("a/");
    expect(commonFolder(["a/b", "c"])).toBe("");
    expect(commonFolder([])).toBe("");
  });

  it("gives the stack a name that it can have", () => {
    expect(["My Shop!", "_x", "Ümlaut-2", "blog"].map(stackName)).toEqual(["my-shop", "x", "mlaut-2", "blog"]);
  });
});

describe("notes about a docker run line", () => {
  const leftOut = (flag: string, why: string): Message => ({
    code: "run_flag_left_out", params: { flag }, text: flag, messages: { why: { code: why, params: {}, messages: {}, text: why } },
  });

  it("ask nobody to look at what every line has", () => {
    const [detach, kernel] = [leftOut("detach", "run_why_background"), leftOut("kernel-memory", "run_why_kernel_memory")];
    const published: Message = { code: "run_publish_all", params: {}, messages: {}, text: "" };
    expect(sortedNotes([detach, kernel, published])).toEqual({ look: [kernel, published], known: [detach] });
  });
});
