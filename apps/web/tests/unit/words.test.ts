import { axisTimes } from "@/text/dates";
import { sentence } from "@/text/said";
import { describe, expect, test } from "vitest";

describe("a sentence of the API", () => {
  test("begins with a capital, and a name that somebody gave keeps its case", () => {
    const message = (text: string, params: Record<string, string>) => ({ code: "not_translated", messages: {}, params, text });
    expect(sentence(message("the worker is away", {}))).toBe("The worker is away");
    expect(sentence(message("shop-web-1 is stopped", { container: "shop-web-1" }))).toBe("shop-web-1 is stopped");
  });
});

describe("what stands below an axis of time", () => {
  test("is short, also across midnight, and days where the marks are that far apart", () => {
    const evening = new Date(2026, 10, 30, 23, 30).getTime();
    const marks = (step: number) => axisTimes([0, 1, 2, 3].map((at) => evening + at * step));
    expect(marks(15 * 60_000).every((text) => text.length <= 8)).toBe(true);
    expect(marks(86_400_000).every((text) => !text.includes(":"))).toBe(true);
  });
});
