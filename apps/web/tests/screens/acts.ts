// How to get to what stands over or beside a page. By roles and places, because the words are in another language half of the time.
import type { Page } from "@playwright/test";

const dialog = (shown: Page) => shown.locator("[role=dialog]");

export async function palette(shown: Page): Promise<void> {
  await shown.keyboard.press("Control+k");
  await dialog(shown).getByRole("combobox").fill("shop");
  await dialog(shown).getByRole("option").nth(4).waitFor();
}

export async function keyboardHelp(shown: Page): Promise<void> {
  await shown.keyboard.press("?");
  await dialog(shown).locator("dl").waitFor();
}

export async function accountMenu(shown: Page): Promise<void> {
  await shown.locator("header [aria-haspopup=menu]").last().click();
  await shown.getByRole("menuitem").last().waitFor();
}

/** What finds and replaces in the editor, with something found. */
export async function find(shown: Page): Promise<void> {
  await shown.locator("main .cm-content").focus();
  await shown.keyboard.press("Control+f");
  await shown.locator("main [role=search] input").first().fill("image");
  await shown.locator("main [role=search] [role=status]:not(:empty)").waitFor();
}

/** How the value of a secret is read, with the ways to its containers. */
export async function secretReading(shown: Page): Promise<void> {
  await shown.locator("main li > details > summary").first().click();
  await shown.locator("main li > details a").first().waitFor();
}

/** The labels of the stack, with one that cannot be. */
export async function stackLabels(shown: Page): Promise<void> {
  await shown.locator("main section:has(ul) > div button").click();
  await dialog(shown).locator("textarea").fill("team=payments\nCost=4");
  await dialog(shown).locator("footer button").last().click();
  await dialog(shown).locator("textarea[aria-invalid=true]").waitFor();
}

/** A new secret variable that has the value of a named secret. */
export async function namedSecret(shown: Page): Promise<void> {
  await shown.locator("main section").filter({ has: shown.locator("li > details") }).locator("button").first().click();
  await dialog(shown).locator("input").first().fill("MAIL_PASSWORD");
  await dialog(shown).locator("select").first().selectOption("named");
  await dialog(shown).locator("select").nth(1).waitFor();
}

/** What is unused on the host, in front of the button that removes it. */
export async function prune(shown: Page): Promise<void> {
  await shown.locator("main [class*=buttons] button").last().click();
  await dialog(shown).locator("form").waitFor();
}

/** Volumes go only by name, and only after a word is typed. */
export async function pruneVolumes(shown: Page): Promise<void> {
  // On a phone each row is a card, and there is no box for all of them.
  for (const box of await shown.locator("main tbody [role=checkbox]:not([data-disabled])").all()) await box.click();
  await shown.locator("main [class*=buttons] button").first().click();
  await dialog(shown).locator("form").waitFor();
}

/** The command that runs, beside the page. */
export async function progress(shown: Page): Promise<void> {
  await shown.locator("main header button[class*=command]").click();
  await shown.locator("aside ol li").first().waitFor();
}

/** Several failures, one after the other. */
export async function notifications(shown: Page): Promise<void> {
  const said = (text: string) => ({ code: "foreign", messages: {}, params: {}, text });
  const problem = { code: "server-busy", detail: "", errors: [], hint: said("try again in a moment"), message: said("the server has too much to do"), status: 503, title: "", type: "about:blank" };
  await shown.route("**/api/v1/session", (route) => (route.request().method() === "DELETE" ? route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(problem) }) : route.fallback()));
  for (let count = 1; count <= 3; count += 1) {
    await accountMenu(shown);
    await shown.getByRole("menuitem").last().click();
    await shown.locator("[class*=toast]").nth(count - 1).waitFor();
  }
}

/** Fills in the form and sends it. By kind, because its words are in another language half of the time. */
export async function signIn(shown: Page, name: string, password: string): Promise<void> {
  await shown.locator("input[name=username]").fill(name);
  await shown.locator("input[name=password]").fill(password);
  await shown.locator("button[type=submit]").click();
  await shown.locator("[role=alert], input[name=code]").waitFor();
}

export async function codeAskedFor(shown: Page): Promise<void> {
  await signIn(shown, "bob", "correct horse battery");
  await shown.locator("input[name=code]").fill("000000");
  await shown.locator("button[type=submit]").click();
  await shown.locator("input[name=code][aria-invalid=true]").waitFor();
}

export async function refused(shown: Page): Promise<void> {
  await shown.locator("[role=alert]").waitFor();
}

export async function byToken(shown: Page): Promise<void> {
  await shown.locator("main p button").click();
  await shown.locator("input[name=token]").waitFor();
}

export async function setUpRefused(shown: Page): Promise<void> {
  await shown.locator("input[name=setup-token]").fill("cms_other");
  await shown.locator("input[name=username]").fill("ann");
  await shown.locator("input[name=new-password]").fill("correct horse battery");
  await shown.locator("button[type=submit]").click();
  await shown.locator("input[name=setup-token][aria-invalid=true]").waitFor();
}

export async function invitationRefused(shown: Page): Promise<void> {
  await shown.locator("input[name=new-password]").fill("correct horse battery");
  await shown.locator("button[type=submit]").click();
  await shown.locator("[role=alert]").waitFor();
}

/** The session ends behind the page's back; the next request meets it. */
export async function sessionEnded(shown: Page): Promise<void> {
  await shown.request.get("/__mock/signed-out");
  await shown.getByRole("switch").first().click();
  await dialog(shown).locator("input[type=password]").waitFor();
}

export async function connectionLost(shown: Page): Promise<void> {
  // The stream of a browser runs in a worker that all its pages share, out of reach; without one each page has its own.
  await shown.addInitScript(() => Reflect.deleteProperty(globalThis, "SharedWorker"));
  await shown.route("**/api/v1/stream*", (route) => route.abort());
  await shown.reload();
  await shown.locator("header ~ div [role=status]").waitFor({ timeout: 20_000 });
}

/** Somebody else saves a version meanwhile; both are put together. */
export async function bothEdited(shown: Page): Promise<void> {
  const stack = new URL(shown.url()).pathname.split("/")[2] ?? "";
  await shown.locator("main .cm-content").click();
  await shown.keyboard.press("Control+End");
  await shown.keyboard.type("# mine");
  await shown.locator("main form").waitFor();
  const { csrf_token: token } = (await (await shown.request.get("/api/v1/session")).json()) as { csrf_token: string };
  const version = (await (await shown.request.get(`/api/v1/stacks/${stack}/versions/8`)).json()) as { files: Record<string, unknown> };
  const text = await (await shown.request.get(`/api/v1/stacks/${stack}/versions/8/files/${Object.keys(version.files ?? {})[0] ?? "compose.yml"}`)).text();
  await shown.request.post(`/api/v1/stacks/${stack}/versions`, { data: { compose: text.replace("mem_limit: 512m", "mem_limit: 768m") }, headers: { "If-Match": "*", "X-CSRF-Token": token } });
  await shown.locator("main form button[type=submit]").click();
  await shown.locator("main .cm-mergeView, main .cm-merge-b, main [class*=merge]").first().waitFor();
}

/** What of a drift the definition can say, in front of the button that compares. */
export async function adopt(shown: Page): Promise<void> {
  await shown.locator("main button:has(svg.lucide-file-diff)").click();
  await dialog(shown).locator("ul").first().waitFor();
}

/** A new template that the server refuses, with what is wrong at its place. */
export async function templateRefused(shown: Page): Promise<void> {
  await shown.locator("main .cm-content").click();
  await shown.keyboard.press("Control+End");
  await shown.keyboard.insertText("\tvolumes: {}\n");
  await shown.locator("main form input").first().fill("preview2");
  await shown.locator("main form button[type=submit]").click();
  await shown.locator("main ol li button").first().waitFor();
}

/** The form of a new instance, filled in and previewed. */
export async function launchPreview(shown: Page, branch: string): Promise<void> {
  await shown.locator("main input[name=key]").fill("feature-42");
  await shown.locator("main input[name=BRANCH]").fill(branch);
  await shown.locator("main input[name=LICENCE_KEY]").fill("AAAA-1111");
  await shown.locator("main form button").first().click();
  await shown.locator("main [role=alert], main section h3").first().waitFor();
}

/** The look at what the upgrade of all instances of a template would do. */
export async function upgradeAll(shown: Page): Promise<void> {
  await shown.locator("main button:has(.lucide-arrow-up)").click();
  await shown.locator("[role=dialog] form section").first().waitFor();
}

/** All instances of a template are being upgraded. */
export async function upgrading(shown: Page): Promise<void> {
  await upgradeAll(shown);
  await shown.locator("[role=dialog] [type=submit]").click();
  await shown.locator("[role=dialog]").waitFor({ state: "detached" });
  await shown.locator("main section [role=img]").first().waitFor();
}

/** A token that is being described, with everything that the form has. */
export async function newToken(shown: Page): Promise<void> {
  await shown.locator("#tokens button").first().click();
  await dialog(shown).locator("input").first().fill("deployments");
  await dialog(shown).getByRole("radio").nth(2).click();
  await dialog(shown).getByRole("radio").last().click();
  await dialog(shown).locator("textarea").fill("shop-*, blog");
  await dialog(shown).locator("select").selectOption("day");
  await dialog(shown).locator("input[type=date]").fill("2031-01-31");
}

/** One whose name is taken: the sentence stands at the field. */
export async function tokenRefused(shown: Page): Promise<void> {
  await newToken(shown);
  await dialog(shown).locator("input").first().fill("ci");
  await dialog(shown).locator("[type=submit]").click();
  await dialog(shown).locator("[aria-invalid=true]").waitFor();
}

/** The secret of a token, for the only time. */
export async function tokenIssued(shown: Page): Promise<void> {
  await newToken(shown);
  await dialog(shown).locator("[type=submit]").click();
  await dialog(shown).locator("input[readonly]").waitFor();
}

/** The question before something is done to the first token, which the browser is signed in with. */
export async function ownToken(shown: Page, button: "rotate" | "revoke"): Promise<void> {
  await shown.locator("#tokens li").first().getByRole("button").nth(button === "rotate" ? 0 : 1).click();
  await dialog(shown).locator("footer").waitFor();
}

/** What a token that is no administrator's may not see. */
export async function tokensForbidden(shown: Page): Promise<void> {
  const message = { code: "foreign", messages: {}, params: {}, text: "`dashboard` may not use `list_tokens`" };
  const problem = { code: "forbidden", detail: "", errors: [], hint: null, message, status: 403, title: "", type: "about:blank", warnings: [] };
  await shown.route("**/api/v1/tokens", (route) => route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify(problem) }));
  await shown.reload();
  await shown.locator("#tokens p").first().waitFor();
}

/** A rule of the policy with exceptions, as it is being changed. */
export async function policyRule(shown: Page): Promise<void> {
  await shown.locator("#policy li").nth(1).getByRole("button").nth(2).click();
  await dialog(shown).locator("footer").waitFor();
}

/** A policy that is not saved yet. */
export async function policyChanged(shown: Page): Promise<void> {
  await shown.locator("#policy li").nth(2).getByRole("button").nth(3).click();
  await shown.locator("#policy [role=status]").waitFor();
}

/** What the policy does not allow. */
export async function policyTried(shown: Page): Promise<void> {
  await shown.locator("#policy form select").first().selectOption("viewer");
  await shown.locator("#policy [type=submit]").click();
  await shown.locator("#policy [role=alert]").waitFor();
}

export async function inviteUser(shown: Page): Promise<void> {
  await shown.locator("#users button").first().click();
  await dialog(shown).locator("input").first().fill("zoe@example.com");
  await dialog(shown).locator("form > p button").click();
}

/** The link of an invitation, for the only time. */
export async function userInvited(shown: Page): Promise<void> {
  await inviteUser(shown);
  await dialog(shown).locator("[type=submit]").click();
  await dialog(shown).locator("input[readonly]").waitFor();
}

/** What is done to a user, by its place in the list and that of its button. */
export async function ofUser(shown: Page, user: number, button: number): Promise<void> {
  await shown.locator("#users li").nth(user).getByRole("button").nth(button).click();
  await dialog(shown).locator("footer").waitFor();
}

/** Goes on as a user instead of the holder of a token. */
export async function asUser(shown: Page): Promise<void> {
  await shown.request.post("/api/v1/session/password", { data: { name: "ann", password: "correct horse battery" } });
  await shown.reload();
  await shown.locator("#account button").first().waitFor();
}

/** Somebody has come from the provider before an administrator looks at the users. */
export async function userFromProvider(shown: Page): Promise<void> {
  await shown.request.post("/api/v1/session/oidc/code", { data: { code: "mock", state: "mock" } });
  await shown.request.post("/api/v1/session", { data: { token: "cm_any" } });
  await shown.reload();
  await shown.locator("#users li").first().waitFor();
}

export async function ownAccount(shown: Page, button: number): Promise<void> {
  await asUser(shown);
  await shown.locator("#account button").nth(button).click();
  await dialog(shown).locator("footer").waitFor();
}

/** A secret as it is being described. */
export async function newSecret(shown: Page): Promise<void> {
  await shown.locator("main header button").first().click();
  await dialog(shown).locator("[role=radio]").nth(1).click();
  await dialog(shown).locator("textarea").fill("shop, preview-*");
}

/** One with a name that there is. */
export async function secretTaken(shown: Page): Promise<void> {
  await shown.locator("main header button").first().click();
  await dialog(shown).locator("input").first().fill("smtp");
  await dialog(shown).locator("[type=password]").fill("a value");
  await dialog(shown).locator("[type=submit]").click();
  await dialog(shown).locator("[role=alert]").waitFor();
}

export async function newValue(shown: Page): Promise<void> {
  await shown.locator("main header button").first().click();
  await dialog(shown).locator("footer").waitFor();
}

/** What is done to a secret, by its place in the menu. */
export async function ofSecret(shown: Page, entry: number): Promise<void> {
  await shown.locator("main header [aria-haspopup=menu]").click();
  await shown.getByRole("menuitem").nth(entry).click();
  await dialog(shown).locator("footer").waitFor();
}

/** A value that somebody has asked for. */
export async function secretShown(shown: Page): Promise<void> {
  await shown.locator("main table button").first().click();
  await dialog(shown).locator("footer button").last().click();
  await dialog(shown).locator("pre").waitFor();
}

/** Why a button cannot be pressed, by pressing it: with a finger there is no other way. */
export async function toldWhy(shown: Page): Promise<void> {
  const off = shown.locator("main header button[aria-disabled=true]").first();
  await off.dispatchEvent("click");
  await shown.locator("[data-side]").first().waitFor();
}
