// What the kinds of commands are called, as nouns for lists and as verbs for buttons.

import type { CommandKind } from "@/api/generated";
import { msg } from "@lingui/core/macro";
import type { MessageDescriptor } from "@lingui/core";

export const COMMAND_KINDS: Record<CommandKind, MessageDescriptor> = {
  CREATE: msg`Create`,
  UPDATE: msg`Save version`,
  APPLY: msg`Apply`,
  ROLLBACK: msg`Roll back`,
  DEPLOY: msg`Deploy`,
  START: msg`Start`,
  STOP: msg`Stop`,
  RESTART: msg`Restart`,
  DELETE: msg`Delete`,
  WAKE: msg`Wake`,
  SLEEP: msg`Put to sleep`,
  PRUNE: msg`Prune`,
};
