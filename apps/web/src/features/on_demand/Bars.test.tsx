// @vitest-environment jsdom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";
import { Bars } from "./Bars";

function drawn(count: number): HTMLElement {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const place = document.createElement("div");
  document.body.append(place);
  const bars = Array.from({ length: count }, (_, at) => ({ id: String(at), text: `day ${at}: ${at} h`, value: `${at} h`, parts: [{ part: "saved" as const, value: at }] }));
  act(() => createRoot(place).render(<Bars bars={bars} top={count} most={`at most ${count} h`} from="first" until="last" table={<table />} />));
  return place;
}

function point(kind: string, on: Element, pointerType: string): void {
  act(() => void on.dispatchEvent(Object.assign(new MouseEvent(kind, { bubbles: true, relatedTarget: document.body }), { pointerType })));
}

test("few bars have their figures above them, many have the largest at their side", () => {
  expect(drawn(7).textContent).toBe("0 h1 h2 h3 h4 h5 h6 hfirstlast");
  expect(drawn(8).textContent).toBe("at most 8 hfirstlast");
});

test("the bar that is pointed at is told, for as long as a mouse is there, and longer for a finger", () => {
  const place = drawn(30);
  const bars = place.querySelector("figure > div:nth-of-type(2)")!;
  point("pointerover", bars.children[4]!, "mouse");
  expect(place.textContent).toContain("day 4: 4 h");
  point("pointerout", bars.children[4]!, "touch");
  expect(place.textContent).toContain("day 4: 4 h");
  point("pointerout", bars.children[4]!, "mouse");
  expect(place.textContent).not.toContain("day 4");
});
