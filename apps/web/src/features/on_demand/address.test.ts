import { describe, expect, test } from "vitest";
import { hostLinks } from "./address";

const page = { hostname: "server.lan", protocol: "http:" };
const link = (host: string, http: string | null, https: string | null = null, more: Partial<{ paths: string[]; protocol: string }> = {}) =>
  hostLinks({ hosts: [host], paths: more.paths ?? [] }, { http, https }, { ...page, ...(more.protocol !== undefined && { protocol: more.protocol }) })[0]?.href;

describe("the address of a service that wakes on demand", () => {
  test("has the port of the gateway, unless it is the usual one", () => {
    expect(link("shop.example.org", "0.0.0.0:3456")).toBe("http://shop.example.org:3456/");
    expect(link("shop.example.org", "[::]:80")).toBe("http://shop.example.org/");
  });

  test("is that of HTTPS where the gateway takes it", () => {
    expect(link("shop.example.org", "0.0.0.0:3456", "0.0.0.0:3443")).toBe("https://shop.example.org:3443/");
    expect(link("shop.example.org", "0.0.0.0:80", "0.0.0.0:443")).toBe("https://shop.example.org/");
  });

  test("is that of the proxy in front of a gateway on the loopback", () => {
    expect(link("shop.example.org", "127.0.0.1:3456")).toBe("http://shop.example.org/");
    expect(link("shop.example.org", "127.0.0.1:3456", null, { protocol: "https:" })).toBe("https://shop.example.org/");
    expect(link("visits.localhost", "127.0.0.1:3456")).toBe("http://visits.localhost:3456/");
  });

  test("leads to its path", () => {
    expect(link("shop.example.org", "0.0.0.0:80", null, { paths: ["/admin", "/api"] })).toBe("http://shop.example.org/admin");
  });

  test("is none for every name of a domain, and none while nobody knows where the gateway is", () => {
    expect(link("*.example.org", "0.0.0.0:80")).toBeNull();
    expect(link("shop.example.org", null)).toBeNull();
  });
});
