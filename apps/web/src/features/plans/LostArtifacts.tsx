import { showVersionOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { Plan, StackDetails } from "@/api/generated";
import { Notice } from "@/ui/Notice";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { lostArtifacts } from "./lost_artifacts";

/** The deployments that a plan takes away or puts others in the place of: its steps tell only that containers are replaced. */
export function LostArtifacts({ plan, stack }: { plan: Plan; stack: Pick<StackDetails, "stack_id" | "current_version"> }): ReactElement | null {
  const { stack_id: id, current_version: from } = stack;
  const to = plan.version;
  const enabled = from !== null && to !== null && from !== to;
  const applied = useQuery({ ...showVersionOptions({ path: { id, version: from ?? 0 } }), enabled });
  const planned = useQuery({ ...showVersionOptions({ path: { id, version: to ?? 0 } }), enabled });
  const lost = lostArtifacts(applied.data?.artifacts ?? [], planned.data?.artifacts ?? []);
  if (planned.data === undefined || lost.length === 0) return null;
  return (
    <Notice tone="warn" title={<Trans>What is deployed goes</Trans>}>
      <ul>
        {lost.map((each) => (
          <li key={`${each.from.service}/${each.from.slot}`}>
            {each.to === null ? (
              <Trans><code>{each.from.file_name}</code> in {each.from.service} / {each.from.slot}: v{to} has nothing there</Trans>
            ) : (
              <Trans><code>{each.from.file_name}</code> in {each.from.service} / {each.from.slot}: v{to} has <code>{each.to.file_name}</code></Trans>
            )}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
