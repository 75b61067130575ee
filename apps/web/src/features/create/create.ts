// A new stack from a definition or an archive: saved as its first version, then shown, or planned at once.

import { createStack, createStackFromArchive, type DefinitionWritable, type SavedVersion } from "@/api/generated";
import { idempotencyKey } from "@/api/client";
import { refresh } from "@/api/queries";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

export type NewStack = { kind: "definition"; definition: DefinitionWritable; name: string } | { kind: "archive"; archive: Blob; name: string };

export function useCreate(onSaved: () => void = () => {}) {
  const client = useQueryClient();
  const open = useOpenStack();
  return useMutation({
    mutationFn: async ({ stack }: { stack: NewStack; plan: boolean }): Promise<SavedVersion> => {
      const name = stack.name.trim();
      const headers = { "Idempotency-Key": idempotencyKey() };
      if (stack.kind === "definition") {
        const body = { ...stack.definition, ...(name === "" ? {} : { name }) };
        return (await createStack({ body, headers, throwOnError: true })).data;
      }
      const query = name === "" ? {} : { name };
      return (await createStackFromArchive({ body: stack.archive, query, headers, throwOnError: true })).data;
    },
    onSuccess: async (saved, { plan }) => {
      onSaved();
      void refresh(client, ["listStacks", "showOverview", "listProjects"]);
      await open(saved.stack.stack_id, plan);
    },
  });
}

/** Shows a stack that was just made. What was typed is saved, so nobody is asked about leaving it. */
export function useOpenStack() {
  const navigate = useNavigate();
  return (stackId: string, plan: boolean) =>
    plan
      ? navigate({ to: "/stacks/$stackId/plan", params: { stackId }, search: { version: 1, purpose: "apply" }, ignoreBlocker: true })
      : navigate({ to: "/stacks/$stackId", params: { stackId }, ignoreBlocker: true });
}
