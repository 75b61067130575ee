// Whether a component can sleep, and what it begins with.

import type { CatalogEntry, WizardSleep } from "@/api/generated";
import type { Component } from "./choices";

/** The looks of the waiting page that come with the gateway; one of somebody's own is written into the definition. */
export const THEMES = ["plain", "matrix", "ghost", "shuffle", "hackerTerminal"] as const;
export const WAKERS = ["anyone", "authenticated"] as const;

/**
 * A component that a browser or a program reaches over HTTP: it has a website, or a port. Those of an application are chosen one by one,
 * so an application as a whole does not sleep. One that sleeps already can always be changed.
 */
export function canSleep({ kind, provides, ports }: Pick<CatalogEntry, "kind" | "provides" | "ports">, { sleep }: Pick<Component, "sleep">): boolean {
  if (kind !== "component") return false;
  return sleep !== null || ports.length > 0 || provides.some((provided) => provided.interface === "http");
}

/** What is sent when the question is answered with yes: the port is named only where there are several to choose from. */
export function sleepOf({ ports }: Pick<CatalogEntry, "ports">): WizardSleep {
  return { hosts: [], port: ports.length > 1 ? (ports[0] ?? null) : null, idle_timeout: null, theme: null, wake: null };
}

/** Host names as they are typed: one in a line, or with spaces and commas between them. Each once. */
export function hostsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((host) => host !== ""))];
}
