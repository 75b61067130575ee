import { axisTimes } from "@/text/dates";
import { expect, test } from "vitest";
import { AXES, TIMES } from "./axes";
import type { Figure } from "./series";

const plain = (texts: readonly string[]) => texts.map((text) => text.replaceAll("\u00A0", " "));
const KIB = 1_024;

test("marks of bytes are in one unit, and exact", () => {
  expect(plain(AXES.memory.marks([0, 128 * KIB ** 2, 256 * KIB ** 2]))).toEqual(["0 MiB", "128 MiB", "256 MiB"]);
  expect(plain(AXES.disk.marks([0, 256, 512, 768, 1_024, 1_280].map((each) => each * KIB)))).toEqual(["0 MiB/s", "0.25 MiB/s", "0.5 MiB/s", "0.75 MiB/s", "1 MiB/s", "1.25 MiB/s"]);
  expect(plain(AXES.network.marks([0, 1]))).toEqual(["0 B/s", "1 B/s"]);
  expect(plain(AXES.network.marks([0]))).toEqual(["0 B/s"]);
});

test("no two marks say the same", () => {
  for (const figure of Object.keys(AXES) as Figure[]) {
    const { steps, marks } = AXES[figure];
    for (const step of steps) {
      const texts = marks(Array.from({ length: 7 }, (_, index) => index * step));
      expect(new Set(texts).size, `${figure} in steps of ${step}: ${texts.join(", ")}`).toBe(7);
    }
  }
});

test("marks of shares have no digit that they do not need", () => {
  expect(AXES.cpu.steps.flatMap((step) => AXES.cpu.marks([step]))).toContain("0.5%");
  expect(AXES.cpu.marks([0, 20, 40])).toEqual(["0%", "20%", "40%"]);
});

test("no two marks of time say the same, however far they are apart", () => {
  const start = new Date(2026, 10, 28).getTime();
  for (const step of TIMES) {
    const texts = axisTimes(Array.from({ length: 8 }, (_, index) => start + index * step * 1_000));
    // Noon is in every day: the day stands before it.
    let day = "";
    const read = texts.map((text) => { if (!text.includes(":")) day = text; return `${day} ${text}`; });
    expect(new Set(read).size, `steps of ${step} s: ${texts.join(", ")}`).toBe(texts.length);
  }
});
