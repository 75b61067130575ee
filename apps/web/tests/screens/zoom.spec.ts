// Zoomed to 200 %, a window of 1440 by 900 pixels is one of 720 by 450: no page may scroll sideways, and nothing that can be pressed
// may be out of reach. In one language and one theme, without axe: the other tests look closer.
import { expect, test } from "@playwright/test";
import { idsOf, settled } from "./open";
import { screens } from "./pages";

test.use({ viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });
test.beforeEach(() => test.skip(test.info().project.name !== "light-en-1440", "one combination is enough"));

/** Each route once; what is opened over a page is as on a phone. */
const once = screens.filter((screen, at) => screen.scenario === undefined && screen.act === undefined && screens.findIndex((other) => other.route === screen.route && other.scenario === undefined && other.act === undefined) === at);

for (const screen of once) {
  test(`at 200 % ${screen.name}`, async ({ page }) => {
    await page.request.get("/__mock/lively");
    await page.goto(screen.address(await idsOf(page)));
    await settled(page);
    const found = await page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      const scrolls = (element: Element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
      const inScroller = (element: Element | null): boolean => element !== null && (scrolls(element) || inScroller(element.parentElement));
      const beyond = [...document.querySelectorAll("header :is(a, button), main :is(a, button, input, select, textarea, summary, [role=switch], [role=checkbox])")].filter((element) => {
        const { left, right, width: wide, height } = element.getBoundingClientRect();
        return wide > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true }) && (right > width + 1 || left < -1) && !inScroller(element);
      });
      return { scrolls: document.documentElement.scrollWidth - width, beyond: beyond.map((element) => `${element.tagName} ${element.textContent.trim().slice(0, 40)}`) };
    });
    expect(found).toEqual({ scrolls: 0, beyond: [] });
  });
}
