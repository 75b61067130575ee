// Every page of the UI, and how to get there. A route that is missing here fails `every route has a screen`.
import type { Page } from "@playwright/test";
import type { Scenario } from "../../mock/world";
import * as acts from "./acts";

export interface Screen {
  name: string;
  /** The route of the router that it shows. */
  route: string;
  scenario?: Scenario;
  /** The address, with the id of a stack or of a command looked up by name or status. */
  address: (ids: Ids) => string;
  /** What to do before it is looked at. */
  act?: (page: Page) => Promise<void>;
  /** What is done waits for something that does not come. */
  waits?: boolean;
}

export interface Ids {
  stack: (name: string) => string;
  command: (status: string) => string;
  /** By its name. */
  container: (name: string) => string;
}

const page = (name: string, route: string, more: Partial<Screen> = {}): Screen => ({ name, route, address: () => route, ...more });

/** A tab of a stack: its route is what follows the address of the stack. */
const tab = (name: string, tabRoute: string, stack: string, address: string, more: Partial<Screen> = {}): Screen =>
  page(name, `/stacks/$stackId/${tabRoute}`.replace(/\/$/, ""), { address: (ids) => `/stacks/${ids.stack(stack)}${address}`, ...more });

/** A tab of a template. */
const template = (name: string, tabRoute: string, of: string, address: string, more: Partial<Screen> = {}): Screen =>
  page(name, `/templates/$template/${tabRoute}`.replace(/\/$/, ""), { address: () => `/templates/${of}${address}`, ...more });

/** Opens everything that is folded. By its kind, because its words are in another language half of the time. */
const unfold = (shown: Page): Promise<void> =>
  shown.locator("main details").evaluateAll((all) => {
    for (const one of all) (one as HTMLDetailsElement).open = true;
  });

/** Edits the compose file, so that there is something to save. */
const definitionEdited = async (shown: Page): Promise<void> => {
  await shown.locator("main .cm-content").click();
  await shown.keyboard.press("Control+End");
  await shown.keyboard.type("# note");
  await shown.locator("main form").waitFor();
};

export const screens: Screen[] = [
  page("overview", "/"),
  page("overview-empty", "/", { scenario: "empty" }),
  page("overview-worker-away", "/", { scenario: "away" }),
  page("sign-in", "/", { scenario: "signed-out" }),
  page("sign-in-refused", "/", { scenario: "signed-out", act: (shown) => acts.signIn(shown, "ann", "wrong") }),
  page("sign-in-code", "/", { scenario: "signed-out", act: acts.codeAskedFor }),
  page("sign-in-token", "/", { scenario: "signed-out", act: acts.byToken }),
  page("sign-in-provider", "/", { scenario: "provider" }),
  page("sign-in-provider-refused", "/signed-in", { scenario: "provider", address: () => "/signed-in?code=group&state=mock", act: acts.refused }),
  page("sign-in-provider-error", "/signed-in", { scenario: "provider", address: () => "/signed-in?error=access_denied&error_description=No" }),
  page("set-up", "/setup", { scenario: "set-up", address: () => "/setup#cms_mock" }),
  page("set-up-done", "/setup", { scenario: "signed-out" }),
  page("set-up-refused", "/setup", { scenario: "set-up", act: acts.setUpRefused }),
  page("invitation", "/invitation", { scenario: "signed-out", address: () => "/invitation#cmi_mock" }),
  page("invitation-refused", "/invitation", { scenario: "signed-out", address: () => "/invitation#cmi_late", act: acts.invitationRefused }),
  page("invitation-without-secret", "/invitation", { scenario: "signed-out" }),
  page("invitation-while-signed-in", "/invitation"),
  page("stacks", "/stacks"),
  page("stacks-empty", "/stacks", { scenario: "empty" }),
  page("stacks-crowded", "/stacks", { scenario: "crowded" }),
  page("welcome", "/welcome"),
  page("welcome-empty", "/welcome", { scenario: "empty" }),
  tab("stack", "", "shop", ""),
  tab("stack-failed", "", "blog", ""),
  tab("stack-drifted", "", "monitoring", ""),
  tab("stack-adopt", "", "monitoring", "", { act: acts.adopt }),
  tab("stack-stopped", "", "staging", ""),
  tab("stack-not-applied", "", "wiki", ""),
  tab("stack-completed", "", "monthly-report", ""),
  tab("stack-versions", "versions", "shop", "/versions"),
  tab("stack-version", "versions/$version", "shop", "/versions/8"),
  tab("stack-compare", "compare", "shop", "/compare?from=5&to=8"),
  tab("stack-compare-same", "compare", "shop", "/compare?from=8&to=8"),
  tab("stack-version-unknown", "versions/$version", "shop", "/versions/99"),
  tab("stack-plan", "plan", "shop", "/plan"),
  tab("stack-plan-first", "plan", "wiki", "/plan"),
  tab("stack-plan-rollback", "plan", "shop", "/plan?version=5", { act: unfold }),
  tab("stack-plan-empty", "plan", "intranet", "/plan"),
  tab("stack-plan-unknown", "plan", "shop", "/plan?plan=00000000-0000-4000-a000-000000000000"),
  tab("stack-logs", "logs", "shop", "/logs"),
  tab("stack-terminal", "terminal", "shop", "/terminal"),
  tab("stack-charts", "charts", "shop", "/charts"),
  tab("stack-activity", "activity", "shop", "/activity"),
  tab("stack-deploy", "deploy", "intranet", "/deploy"),
  tab("stack-deploy-none", "deploy", "shop", "/deploy"),
  page("catalog", "/catalog"),
  tab("stack-containers", "", "shop", "", { act: (shown) => shown.locator("#service-web button[aria-controls]").first().click() }),
  tab("stack-service-menu", "", "shop", "", { act: (shown) => shown.locator("#service-web [aria-haspopup=menu]").click() }),
  tab("stack-stop", "", "shop", "", { act: (shown) => shown.locator("main header button").nth(2).click() }),
  tab("stack-delete", "settings", "shop", "/settings", {
    act: async (shown) => {
      await shown.locator("main section").last().getByRole("button").click();
      await shown.getByRole("checkbox").nth(1).click();
    },
  }),
  tab("stack-settings", "settings", "shop", "/settings"),
  tab("stack-labels", "settings", "shop", "/settings", { act: acts.stackLabels }),
  page("stack-not-found", "*", { address: () => "/stacks/00000000-0000-4000-a000-000000000000" }),
  page("containers", "/containers"),
  page("containers-empty", "/containers", { scenario: "empty" }),
  page("containers-crowded", "/containers", { scenario: "crowded" }),
  page("container", "/containers/$containerId", { address: ({ container }) => `/containers/${container("shop-web-1")}` }),
  page("container-charts", "/containers/$containerId", { address: ({ container }) => `/containers/${container("shop-web-1")}?view=charts` }),
  page("container-stopped", "/containers/$containerId", { address: ({ container }) => `/containers/${container("staging-db-1")}?view=terminal` }),
  page("container-unknown", "/containers/$containerId", { address: () => `/containers/${"0".repeat(64)}` }),
  page("on-demand", "/on-demand"),
  page("on-demand-empty", "/on-demand", { scenario: "empty" }),
  page("on-demand-crowded", "/on-demand", { scenario: "crowded" }),
  page("on-demand-no-match", "/on-demand", { address: () => "/on-demand?days=90&text=nowhere" }),
  page("on-demand-gateway-away", "/on-demand", { scenario: "away" }),
  page("on-demand-menu", "/on-demand", { act: (shown) => shown.locator("main tbody [aria-haspopup=menu]").nth(3).click() }),
  page("on-demand-times", "/on-demand", {
    act: async (shown) => {
      await shown.locator("main tbody [aria-haspopup=menu]").nth(3).click();
      await shown.getByRole("menuitem").last().click();
      await shown.locator("[role=dialog] form").waitFor();
    },
  }),
  page("on-demand-put-to-sleep", "/on-demand", {
    act: async (shown) => {
      await shown.locator("main tbody tr").filter({ hasText: "documents" }).first().locator("button").first().click();
      await shown.locator("[role=dialog] footer").waitFor();
    },
  }),
  tab("stack-on-demand", "on-demand", "office", "/on-demand", { act: (shown) => shown.locator("main section button[aria-expanded]").first().click() }),
  tab("stack-on-demand-alone", "on-demand", "archive", "/on-demand"),
  tab("stack-on-demand-none", "on-demand", "shop", "/on-demand"),
  tab("stack-asleep", "", "archive", ""),
  page("templates", "/templates"),
  page("templates-empty", "/templates", { scenario: "empty", act: (shown) => shown.locator("main .cm-content").waitFor() }),
  page("template-new", "/templates/-/new", { act: (shown) => shown.locator("main .cm-content").waitFor() }),
  page("template-import", "/templates/-/import"),
  page("template-new-refused", "/templates/-/new", { act: acts.templateRefused }),
  template("template", "", "preview", ""),
  template("template-no-instances", "", "demo", ""),
  template("template-menu", "", "preview", "", { act: (shown) => shown.locator("main tbody [aria-haspopup=menu]").nth(2).click() }),
  template("template-remove", "", "preview", "", {
    act: async (shown) => {
      await shown.locator("main tbody [aria-haspopup=menu]").first().click();
      await shown.getByRole("menuitem").last().click();
      await shown.locator("[role=dialog] footer").waitFor();
    },
  }),
  template("template-upgrade-all", "", "preview", "", { act: acts.upgradeAll }),
  template("template-upgrading", "", "preview", "", { act: acts.upgrading }),
  template("template-launch", "launch", "preview", "/launch"),
  template("template-launch-preview", "launch", "preview", "/launch", { act: (shown) => acts.launchPreview(shown, "feature/checkout") }),
  template("template-launch-refused", "launch", "preview", "/launch", { act: (shown) => acts.launchPreview(shown, "boom") }),
  template("template-versions", "versions", "preview", "/versions"),
  template("template-version", "versions/$version", "preview", "/versions/3", { act: (shown) => shown.locator("main .cm-content").waitFor() }),
  template("template-compare", "compare", "preview", "/compare?from=1&to=3"),
  template("template-edit", "edit", "preview", "/edit", { act: definitionEdited }),
  template("template-keys", "keys", "preview", "/keys"),
  template("template-keys-trouble", "keys", "customer", "/keys"),
  template("template-keys-none", "keys", "demo", "/keys"),
  template("template-keys-set", "keys", "demo", "/keys", { act: async (shown) => { await shown.locator("main section button").click(); await shown.locator("[role=dialog] form").waitFor(); } }),
  template("template-unknown", "", "nowhere", ""),
  page("sweeps", "/sweeps"),
  page("sweeps-empty", "/sweeps", { scenario: "empty" }),
  page("queue", "/queue"),
  page("queue-empty", "/queue", { scenario: "empty" }),
  page("command-running", "/commands/$commandId", { address: ({ command }) => `/commands/${command("RUNNING")}` }),
  page("command-failed", "/commands/$commandId", { address: ({ command }) => `/commands/${command("FAILED")}` }),
  page("command-done", "/commands/$commandId", { address: ({ command }) => `/commands/${command("DONE")}` }),
  page("images", "/images"),
  page("images-worker-away", "/images", { scenario: "away" }),
  page("volumes", "/volumes"),
  page("networks", "/networks"),
  page("audit", "/audit"),
  page("audit-empty", "/audit", { scenario: "empty" }),
  page("secrets", "/secrets"),
  page("secrets-empty", "/secrets", { scenario: "empty" }),
  page("secret-new", "/secrets", { act: acts.newSecret }),
  page("secret-taken", "/secrets", { act: acts.secretTaken }),
  page("secret", "/secrets/$secret", { address: () => "/secrets/db-password" }),
  page("secret-new-value", "/secrets/$secret", { address: () => "/secrets/db-password", act: acts.newValue }),
  page("secret-change", "/secrets/$secret", { address: () => "/secrets/registry-ca.pem", act: (shown) => acts.ofSecret(shown, 0) }),
  page("secret-delete-used", "/secrets/$secret", { address: () => "/secrets/db-password", act: (shown) => acts.ofSecret(shown, 1) }),
  page("secret-delete", "/secrets/$secret", { address: () => "/secrets/smtp", act: (shown) => acts.ofSecret(shown, 1) }),
  page("secret-shown", "/secrets/$secret", { address: () => "/secrets/registry-ca.pem", act: acts.secretShown }),
  page("secret-unknown", "/secrets/$secret", { address: () => "/secrets/nothing" }),
  page("settings", "/settings"),
  page("settings-user-invite", "/settings", { act: acts.inviteUser }),
  page("settings-user-invited", "/settings", { act: acts.userInvited }),
  page("settings-user-grants", "/settings", { act: (shown) => acts.ofUser(shown, 1, 0) }),
  page("settings-user-renew", "/settings", { act: (shown) => acts.ofUser(shown, 0, 1) }),
  page("settings-user-remove", "/settings", { act: (shown) => acts.ofUser(shown, 0, 2) }),
  page("settings-user-from-provider", "/settings", { scenario: "provider", act: acts.userFromProvider }),
  page("settings-account", "/settings", { act: acts.asUser }),
  page("settings-password", "/settings", { act: (shown) => acts.ownAccount(shown, 0) }),
  page("settings-codes", "/settings", { act: (shown) => acts.ownAccount(shown, 1) }),
  page("settings-token-new", "/settings", { act: acts.newToken }),
  page("settings-token-refused", "/settings", { act: acts.tokenRefused }),
  page("settings-token-issued", "/settings", { act: acts.tokenIssued }),
  page("settings-token-rotate", "/settings", { act: (shown) => acts.ownToken(shown, "rotate") }),
  page("settings-token-revoke", "/settings", { act: (shown) => acts.ownToken(shown, "revoke") }),
  page("settings-policy-rule", "/settings", { act: acts.policyRule }),
  page("settings-policy-changed", "/settings", { act: acts.policyChanged }),
  page("settings-policy-tried", "/settings", { act: acts.policyTried }),
  page("settings-tokens-forbidden", "/settings", { act: acts.tokensForbidden }),
  page("wizard", "/stacks/new/wizard"),
  page("wizard-component", "/stacks/new/wizard", {
    address: () => "/stacks/new/wizard?entry=node",
    act: async (shown) => {
      // The first of what its database can be, then everything that is folded, and the graph.
      await shown.locator("main [aria-haspopup=menu]").first().click();
      await shown.getByRole("menuitem").first().click();
      await unfold(shown);
      await shown.getByRole("tab").nth(1).click();
      await shown.locator("main svg [role=img], main [role=group] svg, main aside svg").first().waitFor();
    },
  }),
  page("wizard-sleep", "/stacks/new/wizard", {
    address: () => "/stacks/new/wizard?entry=node",
    act: async (shown) => {
      await shown.locator("main [role=switch]").first().click();
      await shown.locator("main input[placeholder='10m']").waitFor();
    },
  }),
  page("wizard-review", "/stacks/new/wizard", {
    address: () => "/stacks/new/wizard?entry=postgres",
    act: async (shown) => {
      await shown.locator("main input").first().fill("accounts");
      await shown.locator("main [class*=panelBody] > button").last().click();
      await shown.locator("main form").waitFor();
    },
  }),
  tab("stack-wizard", "wizard", "shop", "/wizard?component=1"),
  tab("stack-wizard-review", "wizard", "shop", "/wizard?show=review"),
  tab("stack-definition", "definition", "shop", "/definition"),
  tab("stack-definition-edited", "definition", "shop", "/definition", { act: definitionEdited }),
  tab("stack-definition-compared", "definition", "shop", "/definition", { act: async (shown) => void (await shown.locator("main section select").selectOption({ index: 1 })) }),
  tab("stack-definition-find", "definition", "shop", "/definition", { act: acts.find }),
  tab("stack-definition-secret", "definition", "shop", "/definition", { act: acts.secretReading }),
  tab("stack-definition-named-secret", "definition", "shop", "/definition", { act: acts.namedSecret }),
  page("new", "/stacks/new"),
  page("new-file", "/stacks/new/file", { act: async (shown) => shown.locator("main .cm-content").waitFor() }),
  page("new-archive", "/stacks/new/archive"),
  page("new-docker-run", "/stacks/new/docker-run", {
    act: async (shown) => {
      await shown.locator("main textarea").fill("docker run -d --name blog -p 8080:80 wordpress:6.7");
      await shown.locator("main form button").click();
      await shown.locator("main .cm-content").waitFor();
    },
  }),
  page("new-import", "/stacks/new/import"),
  page("new-import-project", "/stacks/new/import", { address: () => "/stacks/new/import?project=nextcloud" }),
  page("palette", "/stacks", { act: acts.palette }),
  page("keyboard-help", "/", { act: acts.keyboardHelp }),
  page("account-menu", "/", { act: acts.accountMenu }),
  page("prune", "/images", { act: acts.prune }),
  page("prune-volumes", "/volumes", { act: acts.pruneVolumes }),
  tab("progress", "", "shop", "", { act: acts.progress }),
  page("notifications", "/stacks", { act: acts.notifications }),
  page("session-ended", "/images", { act: acts.sessionEnded, waits: true }),
  page("connection-lost", "/stacks", { act: acts.connectionLost, waits: true }),
  tab("stack-definition-both-edited", "definition", "shop", "/definition", { act: acts.bothEdited }),
  // Who may less: one who looks at everything, and one who runs some stacks.
  page("viewer-overview", "/", { scenario: "viewer" }),
  page("viewer-settings", "/settings", { scenario: "viewer" }),
  page("viewer-audit", "/audit", { scenario: "viewer" }),
  tab("viewer-stack", "", "shop", "", { scenario: "viewer", act: (shown) => shown.locator("main header button[aria-disabled=true]").first().focus() }),
  tab("viewer-stack-menu", "", "shop", "", { scenario: "viewer", act: (shown) => shown.locator("#service-proxy [aria-haspopup=menu]").click() }),
  tab("viewer-stack-settings", "settings", "shop", "/settings", { scenario: "viewer" }),
  tab("viewer-stack-logs", "logs", "shop", "/logs", { scenario: "viewer" }),
  tab("viewer-stack-definition", "definition", "shop", "/definition", { scenario: "viewer" }),
  tab("viewer-stack-versions", "versions", "shop", "/versions", { scenario: "viewer" }),
  page("viewer-images", "/images", { scenario: "viewer" }),
  template("viewer-template", "", "preview", "", { scenario: "viewer" }),
  page("operator-overview", "/", { scenario: "operator" }),
  tab("operator-stack", "", "shop", "", { scenario: "operator" }),
  page("viewer-secret", "/secrets/$secret", { scenario: "viewer", address: () => "/secrets/db-password", act: acts.toldWhy }),
  page("operator-containers", "/containers", { scenario: "operator" }),
  page("operator-settings", "/settings", { scenario: "operator" }),
  page("not-found", "*", { address: () => "/nowhere" }),
];
