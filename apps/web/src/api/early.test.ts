import { describe, expect, test, vi } from "vitest";
import { send } from "./client";
import { askEarly } from "./early";

const HERE = "http://monitor.example";

function answering(...bodies: (string | Error)[]) {
  const fetch = vi.fn(async () => {
    const next = bodies.shift();
    if (next instanceof Error) throw next;
    return new Response(next);
  });
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

describe("a request that was sent early", () => {
  test("answers the first one that wants the same, and no second one", async () => {
    const fetch = answering("early", "later");
    void askEarly("/api/v1/stacks?limit=200");
    expect(await (await send(`${HERE}/api/v1/stacks?limit=200`)).text()).toBe("early");
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(await (await send(`${HERE}/api/v1/stacks?limit=200`)).text()).toBe("later");
  });

  test("answers neither another query nor a write", async () => {
    answering("early", "other", "written");
    void askEarly("/api/v1/queue");
    expect(await (await send(`${HERE}/api/v1/queue?limit=1`)).text()).toBe("other");
    expect(await (await send(`${HERE}/api/v1/queue`, { method: "POST" })).text()).toBe("written");
    expect(await (await send(`${HERE}/api/v1/queue`)).text()).toBe("early");
  });

  test("fails for whoever takes it, who may ask again", async () => {
    answering(new TypeError("no network"), "again");
    void askEarly("/api/v1/overview").catch(() => {});
    await expect(send(`${HERE}/api/v1/overview`)).rejects.toThrow("no network");
    expect(await (await send(`${HERE}/api/v1/overview`)).text()).toBe("again");
  });
});
