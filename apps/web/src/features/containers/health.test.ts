import { expect, test } from "vitest";
import { healthSaid } from "./health";

const inspected = (log: unknown) => ({ State: { Health: { Log: log } } });

test("the last health check is told with how it ended", () => {
  expect(healthSaid(inspected([{ Output: "first", ExitCode: 0 }, { Output: "connection refused\n", ExitCode: 1 }]))).toBe("connection refused\n(exit 1)");
  expect(healthSaid(inspected([{ ExitCode: 1 }]))).toBe("(exit 1)");
});

test("without a health check there is nothing to tell", () => {
  expect([null, {}, { State: { Health: null } }, inspected(null), inspected([])].map(healthSaid)).toEqual([null, null, null, null, null]);
});
