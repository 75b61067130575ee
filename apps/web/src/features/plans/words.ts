// What the changes of a plan are called and which colour they have.

import type { ServiceImpact } from "@/api/generated";
import type { Tone } from "@/ui/Chip";
import { msg } from "@lingui/core/macro";
import type { MessageDescriptor } from "@lingui/core";

type Change = ServiceImpact["change"];

export const CHANGES: Record<Change, { tone: Tone; word: MessageDescriptor }> = {
  keep: { tone: "calm", word: msg`keep` },
  start: { tone: "good", word: msg`start` },
  create: { tone: "good", word: msg`create` },
  update: { tone: "busy", word: msg`update` },
  restart: { tone: "warn", word: msg`restart` },
  replace: { tone: "warn", word: msg`replace` },
  stop: { tone: "bad", word: msg`stop` },
  remove: { tone: "bad", word: msg`remove` },
};
