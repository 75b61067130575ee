// @vitest-environment node
import type { VersionArtifact } from "@/api/generated";
import { expect, test } from "vitest";
import { lostArtifacts } from "./lost_artifacts";

const artifact = (service: string, slot: string, digest: string) => ({ service, slot, digest, file_name: `${digest}.war` }) as VersionArtifact;

test("what is not in the planned version, or is another one there, is lost", () => {
  const [shop, wiki, blog] = [artifact("tomcat", "shop", "a"), artifact("tomcat", "wiki", "b"), artifact("other", "shop", "c")];
  const newer = artifact("tomcat", "wiki", "d");
  expect(lostArtifacts([shop, wiki, blog], [newer, blog])).toEqual([
    { from: shop, to: null },
    { from: wiki, to: newer },
  ]);
  expect(lostArtifacts([shop], [shop, wiki])).toEqual([]);
});
