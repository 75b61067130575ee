// What the palette can find and do: pages, stacks with their actions, containers, recent commands.

import { neededFor } from "@/access/pages";
import type { May } from "@/access/useMay";
import type { Command, StackContainer, StackListItem } from "@/api/generated";
import { POWER, type PowerAction, type useRefused } from "@/features/stacks/actions";
import { openProgress } from "@/features/commands/progress";
import { COMMAND_KINDS } from "@/text/kinds";
import { commandLook } from "@/text/states";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Rankable } from "./rank";

export interface PaletteEntry extends Rankable {
  id: string;
  label: string;
  /** Of what kind it is, or what it would do. */
  kind: string;
  /** Why it cannot be done now. */
  disabledReason?: ReactNode;
  run: () => void;
}

type Navigate = ReturnType<typeof useNavigate>;
type Translate = (descriptor: MessageDescriptor) => string;

const PAGES = [
  { to: "/", word: msg`Overview` },
  { to: "/stacks", word: msg`Stacks` },
  { to: "/stacks/new", word: msg`New stack` },
  { to: "/stacks/new/wizard", word: msg`New stack with the wizard` },
  { to: "/templates", word: msg`Templates` },
  { to: "/templates/-/new", word: msg`New template` },
  { to: "/sweeps", word: msg`Sweeps` },
  { to: "/containers", word: msg`Containers` },
  { to: "/on-demand", word: msg`On demand` },
  { to: "/queue", word: msg`Queue` },
  { to: "/images", word: msg`Images` },
  { to: "/volumes", word: msg`Volumes` },
  { to: "/networks", word: msg`Networks` },
  { to: "/catalog", word: msg`Catalogue` },
  { to: "/secrets", word: msg`Secrets` },
  { to: "/audit", word: msg`Audit` },
  { to: "/settings", word: msg`Settings` },
  { to: "/welcome", word: msg`First steps` },
] as const;

const TABS = [
  { to: "/stacks/$stackId/definition", word: msg`definition` },
  { to: "/stacks/$stackId/versions", word: msg`versions` },
  { to: "/stacks/$stackId/logs", word: msg`logs` },
  { to: "/stacks/$stackId/terminal", word: msg`terminal` },
] as const;

/** "shop: logs". A sentence of its own, because French has a space before the colon. */
function pair(about: string, what: string, t: Translate): string {
  return t(msg`${about}: ${what}`);
}

export function pageEntries(navigate: Navigate, t: Translate, may: May): PaletteEntry[] {
  return PAGES.filter(({ to }) => { const needed = neededFor(to); return needed === undefined || may(needed) === undefined; }).map(({ to, word }) => ({ id: `page ${to}`, label: t(word), words: t(word), kind: t(msg`Page`), run: () => void navigate({ to }) }));
}

export function stackEntries(
  stacks: readonly StackListItem[],
  navigate: Navigate,
  t: Translate,
  power: (stack: StackListItem, action: PowerAction) => void,
  may: May,
  refused: ReturnType<typeof useRefused>,
): PaletteEntry[] {
  return stacks.flatMap((stack) => {
    const params = { stackId: stack.stack_id };
    const open: PaletteEntry = {
      id: `stack ${stack.stack_id}`,
      label: stack.name,
      words: stack.name,
      kind: t(msg`Stack`),
      run: () => void navigate({ to: "/stacks/$stackId", params }),
    };
    const tabs = TABS.filter(({ to }) => { const needed = neededFor(to); return needed === undefined || may(needed, stack.name) === undefined; }).map(({ to, word }): PaletteEntry => {
      const label = pair(stack.name, t(word), t);
      return { id: `${to} ${stack.stack_id}`, label, words: label, kind: t(msg`Page`), run: () => void navigate({ to, params }) };
    });
    const actions = (Object.keys(POWER) as PowerAction[]).map((action): PaletteEntry => {
      const label = pair(t(POWER[action].word), stack.name, t);
      const disabledReason = refused(stack, POWER[action].offer);
      return { id: `${action} ${stack.stack_id}`, label, words: label, kind: t(msg`Action`), disabledReason, run: () => power(stack, action) };
    });
    return [open, ...tabs, ...actions];
  });
}

export function containerEntries(containers: readonly StackContainer[], navigate: Navigate, t: Translate): PaletteEntry[] {
  return containers.map(({ container, stack_name: stack }) => ({
    id: `container ${container.container_id}`,
    label: container.name,
    words: `${container.name} ${stack} ${container.service ?? ""} ${container.image}`,
    kind: t(msg`Container`),
    run: () => void navigate({ to: "/containers/$containerId", params: { containerId: container.container_id } }),
  }));
}

export function commandEntries(commands: readonly Command[], nameOf: (stackId: string | null) => string, t: Translate): PaletteEntry[] {
  return commands.map((command) => {
    const label = `${t(COMMAND_KINDS[command.kind])}${command.version === null ? "" : ` v${command.version}`} ${nameOf(command.stack_id)}, ${t(commandLook(command).word)}`;
    return { id: `command ${command.command_id}`, label, words: label, kind: t(msg`Command`), run: () => openProgress(command.command_id) };
  });
}
