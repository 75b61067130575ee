// What every part of the wizard's page works on.

import type { CatalogEntry, StackDetails, WizardDraft } from "@/api/generated";
import { createContext, use } from "react";
import type { Catalogue, Change, Choices, Component, Removal } from "./choices";
import type { View } from "./search";

/** A version that is changed. */
export interface Base {
  stack: StackDetails;
  version: number;
  /** What the file has already chosen. */
  choices: Choices;
  /** Paths that the wizard did not write; they stay. */
  unknown: readonly string[];
}

/** What the server makes of choices. */
export interface Answer {
  draft: WizardDraft;
  /** Keys of the components that it is about, in its order: there may be others by now. */
  keys: readonly number[];
}

export interface Wizard {
  catalogue: Catalogue;
  choices: Choices;
  removed: Removal | null;
  change: (change: Change) => void;
  /** Adds a component, for the requirement of another one if it is said, and returns its key. */
  add: (entry: CatalogEntry, user?: { key: number; requirement: string }) => number;
  base: Base | null;
  answer: Answer | undefined;
  /** Why there is none. */
  error: Error | null;
  /** The answer belongs to older choices. */
  checking: boolean;
  retry: () => void;
  view: View;
  /** The review has been seen: from then on what is missing is shown as a mistake. */
  reviewed: boolean;
  go: (view: View) => void;
}

export const WizardContext = createContext<Wizard | null>(null);

export function useWizard(): Wizard {
  const wizard = use(WizardContext);
  if (wizard === null) throw new Error("`useWizard` is for what stands inside the wizard");
  return wizard;
}

/** The index of a component in the answer; -1 if the answer does not know it yet. */
export function indexIn(answer: Answer | undefined, component: Pick<Component, "key">): number {
  return answer?.keys.indexOf(component.key) ?? -1;
}
