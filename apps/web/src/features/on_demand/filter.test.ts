import { describe, expect, test } from "vitest";
import { matching } from "./filter";
import { parseOnDemandSearch } from "./search";

const services = [
  { stack_id: "a", stack_name: "office", service: "documents", hosts: ["docs.example.org"], state: "awake" as const },
  { stack_id: "a", stack_name: "office", service: "search", hosts: ["*.find.example.org"], state: "held" as const },
  { stack_id: "b", stack_name: "archive", service: "viewer", hosts: [], state: null },
];
const found = (text: string) => matching(services, text).map(({ service }) => service);

describe("the services on demand that are shown", () => {
  test("are all of them without a text", () => expect(found(" ")).toEqual(["documents", "search", "viewer"]));

  test("have every word in their name, hosts or state", () => {
    expect(found("OFFICE")).toEqual(["documents", "search"]);
    expect(found("office/search")).toEqual(["search"]);
    expect(found("find.example")).toEqual(["search"]);
    expect(found("held back office")).toEqual(["search"]);
    expect(found("declared")).toEqual(["viewer"]);
    expect(found("office declared")).toEqual([]);
  });

  test("are chosen by the address, with the days", () => {
    expect(parseOnDemandSearch({ days: 30, text: "shop" })).toEqual({ days: 30, text: "shop" });
    expect(parseOnDemandSearch({ days: 7, text: "" })).toEqual({});
    expect(parseOnDemandSearch({ days: 31, text: 5 })).toEqual({});
  });
});
