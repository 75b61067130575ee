// What is missing, in a sentence.

import { PERMISSION_WORDS, ROLE_WORDS } from "@/text/roles";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Missing } from "./rights";

type Translate = (descriptor: MessageDescriptor) => string;

/** "Needs the role Operator on this stack." */
export function sentence({ role: least, permission: beside, about, elsewhere }: Missing, t: Translate): string {
  const role = least === null ? "" : t(ROLE_WORDS[least]);
  const permission = beside === null ? "" : t(PERMISSION_WORDS[beside]);
  const onStack = about === "stack";
  if (least === null) return onStack ? t(msg`Needs the permission ${permission} on this stack.`) : t(msg`Needs the permission ${permission}.`);
  if (beside !== null) return onStack ? t(msg`Needs the role ${role} and the permission ${permission} on this stack.`) : t(msg`Needs the role ${role} and the permission ${permission}.`);
  if (onStack) return t(msg`Needs the role ${role} on this stack.`);
  if (about === "template") return t(msg`Needs the role ${role} on this template.`);
  return elsewhere ? t(msg`Needs the role ${role} for everything, not only for some stacks.`) : t(msg`Needs the role ${role}.`);
}
