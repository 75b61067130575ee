// @vitest-environment jsdom
import { useAllPages } from "@/api/all_pages";
import { act, useState, type ReactElement } from "react";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";

/** A list of so many pages that shows how many it has read. */
function List({ pages }: { pages: number }): ReactElement {
  const [read, setRead] = useState(1);
  useAllPages({ hasNextPage: read < pages, isFetchingNextPage: false, fetchNextPage: () => setRead((before) => before + 1) });
  return <>{read}</>;
}

test("a list is read to its end, and no further", () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const place = document.createElement("div");
  const root = createRoot(place);
  act(() => root.render(<List pages={3} />));
  expect(place.textContent).toBe("3");
  act(() => root.unmount());
});
