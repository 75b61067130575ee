// Choices survive a reload of the page. Values of secrets do not: they are never written anywhere in the browser.

import { NOTHING, type Catalogue, type Choices, type Component } from "./choices";

const PREFIX = "core-monitor:wizard:";

export function loadChoices(key: string): Choices | null {
  try {
    const text = sessionStorage.getItem(PREFIX + key);
    const kept = text === null ? null : (JSON.parse(text) as Partial<Choices>);
    if (kept === null || typeof kept.name !== "string" || !Array.isArray(kept.components) || !kept.components.every(isComponent)) return null;
    return { ...NOTHING, name: kept.name, components: kept.components.map((each) => ({ ...each, sleep: each.sleep ?? null })), overwrite: kept.overwrite ?? [] };
  } catch {
    return null;
  }
}

function isComponent(value: Partial<Component> | null): value is Component {
  return (
    typeof value === "object" && value !== null && typeof value.key === "number" && typeof value.entry === "string" && typeof value.as === "string" &&
    typeof value.options === "object" && typeof value.connect === "object"
  );
}

export function storeChoices(key: string, choices: Choices | null, catalogue: Catalogue): void {
  try {
    if (choices === null) sessionStorage.removeItem(PREFIX + key);
    else sessionStorage.setItem(PREFIX + key, JSON.stringify({ ...choices, components: choices.components.map((each) => withoutSecrets(each, catalogue)) }));
  } catch {
    // Without storage they last as long as the page.
  }
}

function withoutSecrets(component: Component, catalogue: Catalogue): Component {
  const secret = new Set(catalogue.get(component.entry)?.options.filter((option) => option.kind === "secret").map((option) => option.id));
  return { ...component, options: Object.fromEntries(Object.entries(component.options).filter(([id]) => !secret.has(id))) };
}
