// @vitest-environment node
import type { ComposeModel } from "@/api/generated";
import { describe, expect, it } from "vitest";
import { baseOf } from "./base";
import { sharedData } from "./shared_data";

const stack = (applied: number | null, latest: number) => ({ current_version: applied, latest_version: latest });

describe("the version that a change is made from", () => {
  it("is asked for only where a newer one was saved and is not being applied", () => {
    expect(baseOf(stack(2, 2), null, null)).toEqual({ version: 2, sent: undefined, choices: [] });
    expect(baseOf(stack(1, 2), 2, null)).toEqual({ version: 2, sent: undefined, choices: [] });
    expect(baseOf(stack(null, 2), null, null)).toEqual({ version: 2, sent: undefined, choices: [] });
    expect(baseOf(stack(1, 2), null, null)).toEqual({ version: 1, sent: 1, choices: [1, 2] });
  });

  it("is the chosen one as long as that can be chosen", () => {
    expect(baseOf(stack(1, 3), null, 3)).toMatchObject({ version: 3, sent: 3 });
    expect(baseOf(stack(1, 3), null, 2)).toMatchObject({ version: 1, sent: 1 });
  });
});

describe("data that containers of a service share", () => {
  const model = {
    services: {
      db: {
        volumes: [
          { type: "volume", source: "data", target: "/data" },
          { type: "volume", target: "/anonymous" },
          { type: "bind", source: "/etc/app", target: "/etc/app", read_only: true },
          { type: "bind", source: "/srv", target: "/srv" },
          { type: "tmpfs", target: "/tmp" },
        ],
      },
      web: {},
    },
  } as unknown as ComposeModel;

  it("are its named volumes and folders of the host that it may write to", () => {
    expect(sharedData(model, "db")).toEqual(["data", "/srv"]);
    expect(sharedData(model, "web")).toEqual([]);
    expect(sharedData(model, "gone")).toEqual([]);
    expect(sharedData(undefined, "db")).toBeNull();
  });
});
