// What a command is called: "Apply v3".

import type { Command, CommandKind } from "@/api/generated";
import { COMMAND_KINDS } from "@/text/kinds";
import { useLingui } from "@lingui/react/macro";

/** Names a command by what it does, with its version if it is about one. */
export function useCommandName(): (command: { kind: CommandKind; version?: Command["version"] | undefined }) => string {
  const { t } = useLingui();
  return ({ kind, version }) => {
    const word = t(COMMAND_KINDS[kind]);
    return version === undefined || version === null ? word : `${word} v${version}`;
  };
}
