import type { LogFrame } from "@/api/generated";
import { expect, test } from "vitest";
import { KEPT, LogBuffer } from "./buffer";

function lines(count: number): LogFrame[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: "LINE",
    line: {
      after: null, at: "2026-01-26T10:05:00Z", base64: null, container: "shop-web-1", container_id: "c1", continued: false, service: "web",
      slot: 1, stream: "stdout", text: `\u001B[32mline ${index}`, unfinished: false,
    },
  }));
}

test("old lines leave in blocks, are counted, and the newest stay", () => {
  const buffer = new LogBuffer();
  for (let round = 0; round < 30; round += 1) buffer.append(lines(1_000));
  expect(buffer.rows.length).toBeLessThanOrEqual(KEPT);
  expect(buffer.rows.length + buffer.dropped).toBe(30_000);
  expect(buffer.rows.at(-1)).toMatchObject({ kind: "line", text: "line 999" });
});

test("a row keeps its id when others leave, so that the place on screen is kept", () => {
  const buffer = new LogBuffer();
  buffer.append(lines(KEPT));
  const id = buffer.rows.at(-1)?.id;
  buffer.append(lines(10));
  expect(buffer.rows.find((row) => row.id === id)).toMatchObject({ text: `line ${KEPT - 1}` });
});

test("frames without anything to show add no row, and every append is noticed once", () => {
  const buffer = new LogBuffer();
  let told = 0;
  buffer.subscribe(() => { told += 1; });
  buffer.append([{ kind: "IDLE" }, ...lines(2)]);
  expect(buffer.rows).toHaveLength(2);
  expect(told).toBe(1);
});
