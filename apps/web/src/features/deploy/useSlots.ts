import { showVersionOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { StackDetails, VersionArtifact } from "@/api/generated";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { slotsOf, type Slot } from "./slots";

interface Slots {
  /** Undefined until they are known. */
  slots: readonly Slot[] | undefined;
  artifacts: readonly VersionArtifact[];
  error: unknown;
}

/** The places of a stack that take an artifact, in the version that a deployment is made from. */
export function useSlots({ stack_id: id }: Pick<StackDetails, "stack_id">, number: number): Slots {
  // A deployment makes a version: while that is read, the former one is shown.
  const version = useQuery({
    ...showVersionOptions({ path: { id, version: number } }),
    placeholderData: (former) => (former?.stack_id === id ? former : undefined),
  });
  const model = version.data?.model;
  const slots = useMemo(() => (model === undefined ? undefined : slotsOf(model)), [model]);
  return { slots, artifacts: version.data?.artifacts ?? [], error: version.error };
}
