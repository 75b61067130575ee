// The keyboard alone: everything on a page can be reached, one sees where one is, and what was opened gives the focus back. Neither
// theme nor language matters: one combination is enough.
import { expect, test, type Page } from "@playwright/test";
import { idsOf, settled } from "./open";
import { screens } from "./pages";

test.beforeEach(({ page }, info) => {
  test.skip(info.project.name !== "light-en-1440", "one combination is enough");
  page.setDefaultTimeout(10_000);
});

async function open(page: Page, name: string): Promise<void> {
  const screen = screens.find((one) => one.name === name);
  if (screen === undefined) throw new Error(`no screen is called ${name}`);
  await page.request.get(`/__mock/${screen.scenario ?? "lively"}`);
  await page.goto(screen.address(await idsOf(page)));
  await settled(page);
}

/** What has the focus, and what is wrong with how it looks: no mark of the focus, or outside of the window. */
function focused(page: Page): Promise<{ name: string; wrong: string | null }> {
  return page.evaluate(async () => {
    // What the focus changes is where it belongs with the frames after it: with reduced motion, everything still takes a millisecond.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    // Behind the last stop the focus leaves the page, whatever was last reached in it.
    if (element === null || element === document.body || !document.hasFocus() || !element.matches(":focus")) return { name: "", wrong: null };
    const name = `${element.tagName.toLowerCase()} ${element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 40)}`;
    // An editor shows the caret, and marks its line.
    if (element.closest(".cm-content") !== null) return { name, wrong: null };
    const look = getComputedStyle(element);
    const place = element.getBoundingClientRect();
    if (look.outlineStyle === "none" || Number.parseFloat(look.outlineWidth) === 0) return { name, wrong: "has no outline" };
    const shown = place.bottom > 0 && place.top < innerHeight && place.right > 0 && place.left < innerWidth;
    return { name, wrong: shown ? null : "is out of view" };
  });
}

/** Past the navigation and the bar at the top, into the fourth row of a table: what follows is as what came before. */
const most = 60;

for (const name of ["overview", "stacks", "stack", "stack-versions", "stack-plan", "stack-logs", "stack-terminal", "stack-settings", "containers", "container", "command-failed"]) {
  test(`with the tab key through ${name}`, async ({ page }) => {
    await open(page, name);
    const stops: string[] = [];
    const wrong: string[] = [];
    for (let presses = 0; presses < most; presses += 1) {
      await page.keyboard.press("Tab");
      const found = await focused(page);
      // Some browsers leave the page behind its last stop, others begin anew.
      if (found.name === "" || found.name === stops[0]) break;
      stops.push(found.name);
      if (found.wrong !== null) wrong.push(`${found.name} ${found.wrong}`);
    }
    expect(wrong).toEqual([]);
    // The navigation, the bar at the top, and what the page itself has.
    expect(stops.length).toBeGreaterThan(16);
  });
}

test("a menu, a dialog and the palette give the focus back", async ({ page }) => {
  await open(page, "stack");
  const more = page.getByRole("button", { name: "More actions" });
  await more.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  expect((await focused(page)).wrong).toBeNull();
  await page.keyboard.press("Escape");
  await expect(more).toBeFocused();

  await page.keyboard.press("Enter");
  await page.getByRole("menuitem").last().press("Enter");
  await expect(page.getByRole("dialog").getByRole("checkbox").first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(more).toBeFocused();

  const stop = page.locator("main header").getByRole("button", { name: "Stop" });
  await stop.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(stop).toBeFocused();

  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog").getByRole("combobox")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(stop).toBeFocused();
});

test("nothing moves for those who asked for that", async ({ page }) => {
  await open(page, "overview");
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll("*")].filter((element) => {
      const look = getComputedStyle(element);
      return (look.animationName !== "none" && Number.parseFloat(look.animationDuration) > 0.01) || Number.parseFloat(look.transitionDuration) > 0.01;
    }).length,
  );
  expect(moving).toBe(0);
});
