// The version that a small change, such as a deployment or another number of containers, is made from.

import type { StackDetails } from "@/api/generated";
import { useState } from "react";
import { useCourse } from "./last_command";

export interface Base {
  /** It. */
  version: number;
  /** What is sent: nothing where there is no doubt. */
  sent: number | undefined;
  /** The versions to choose from; fewer than two where there is no doubt. */
  choices: readonly number[];
}

type Versions = Pick<StackDetails, "current_version" | "latest_version">;

/**
 * `applying` is the version that waits to be applied or is being applied. A newer one that was only saved has to be left out on purpose:
 * the server refuses to guess.
 */
export function baseOf({ current_version: applied, latest_version: latest }: Versions, applying: number | null, chosen: number | null): Base {
  const usual = applying ?? applied;
  if (usual === null || usual === latest) return { version: latest, sent: undefined, choices: [] };
  const choices = [usual, latest];
  const version = chosen !== null && choices.includes(chosen) ? chosen : usual;
  return { version, sent: version, choices };
}

export function useBase(stack: StackDetails): Base & { choose: (version: number) => void } {
  const { applying } = useCourse(stack.stack_id);
  const [chosen, choose] = useState<number | null>(null);
  return { ...baseOf(stack, applying?.version ?? null, chosen), choose };
}
