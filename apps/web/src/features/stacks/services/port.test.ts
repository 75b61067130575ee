import { describe, expect, test } from "vitest";
import { addressesOf, addressOf, hostSide, parsePort, socketOf, type PublishedPort } from "./port";

const port = (text: string): PublishedPort => {
  const parsed = parsePort(text);
  if (parsed === null) throw new Error(`\`${text}\` is no port`);
  return parsed;
};
const remote = { hostname: "server.lan" };
const local = { hostname: "127.0.0.1" };

describe("published ports", () => {
  test("are read as the status writes them", () => {
    expect(port("8080->80")).toEqual({ address: null, host: 8080, container: 80, protocol: "tcp" });
    expect(port("127.0.0.1:53->53/udp")).toEqual({ address: "127.0.0.1", host: 53, container: 53, protocol: "udp" });
    expect(port("[::1]:8080->80/tcp").address).toBe("[::1]");
    expect(parsePort("80/tcp")).toBeNull();
  });

  test("lead to the host that the page came from", () => {
    expect(addressOf(port("8080->80"), remote)).toBe("http://server.lan:8080/");
    expect(addressOf(port("80->8080"), remote)).toBe("http://server.lan/");
    expect(addressOf(port("443->443"), remote)).toBe("https://server.lan/");
    expect(addressOf(port("9443->8443"), remote)).toBe("https://server.lan:9443/");
    expect(addressOf(port("0.0.0.0:8080->80"), remote)).toBe("http://server.lan:8080/");
  });

  test("on one address lead there", () => {
    expect(addressOf(port("10.0.0.5:8080->80"), remote)).toBe("http://10.0.0.5:8080/");
    expect(addressOf(port("fd00::5:8080->80"), remote)).toBe("http://[fd00::5]:8080/");
  });

  test("of the host alone can be opened only on the host", () => {
    expect(addressOf(port("127.0.0.1:8080->80"), remote)).toBeNull();
    expect(addressOf(port("127.0.0.1:8080->80"), local)).toBe("http://127.0.0.1:8080/");
  });

  test("are named by the side of the host", () => {
    expect(["8080->80/tcp", "127.0.0.1:53->53/udp", "nonsense"].map(hostSide)).toEqual(["8080", "127.0.0.1:53/udp", "nonsense"]);
  });

  test("of other protocols are no links", () => {
    expect(addressOf(port("53->53/udp"), remote)).toBeNull();
    expect(addressOf(port("5432->5432"), remote)).toBeNull();
    expect(addressOf(port("5432->80"), remote)).toBe("http://server.lan:5432/");
    expect(["3306", "6379", "5672", "1883", "27017", "22"].map((known) => addressOf(port(`1${known}->${known}`), remote))).toEqual(Array(6).fill(null));
  });

  test("of other protocols can be given to another program", () => {
    expect(socketOf(port("15432->5432"), remote)).toBe("server.lan:15432");
    expect(socketOf(port("127.0.0.1:53->53/udp"), remote)).toBe("127.0.0.1:53");
  });

  test("that can be opened are told once each", () => {
    expect(addressesOf(["8080->80", "5432->5432", "127.0.0.1:81->81", "[::]:8080->80", "nonsense"], remote)).toEqual(["http://server.lan:8080/"]);
  });
});
