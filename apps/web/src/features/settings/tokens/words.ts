// What roles and permissions are called, and what each of them is for.

import type { Permission, Role } from "@/api/generated";
import { PERMISSION_WORDS, ROLE_WORDS } from "@/text/roles";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

interface Words {
  name: MessageDescriptor;
  about: MessageDescriptor;
}

/** The one that may do least first. */
export const ROLES: Record<Role, Words> = {
  viewer: { name: ROLE_WORDS.viewer, about: msg`Sees stacks, versions, plans, commands, containers, statistics, templates and instances.` },
  operator: { name: ROLE_WORDS.operator, about: msg`Also starts, stops and restarts, wakes and puts to sleep, reads logs, and cancels or retries commands.` },
  deployer: { name: ROLE_WORDS.deployer, about: msg`Also saves and applies versions, rolls back, scales, deploys artifacts, deletes stacks, and manages templates and instances.` },
  administrator: { name: ROLE_WORDS.administrator, about: msg`May do everything, including users, tokens, sessions, the audit, registries, and cleaning up the host.` },
};

export const PERMISSIONS: Record<Permission, Words> = {
  terminal: { name: PERMISSION_WORDS.terminal, about: msg`Run commands in containers.` },
  files: { name: PERMISSION_WORDS.files, about: msg`Read and write files in containers and volumes.` },
  secrets: { name: PERMISSION_WORDS.secrets, about: msg`See the values of the secrets that containers have.` },
};

/** A viewer changes nothing, files included. */
export const FILES_OF_VIEWER = msg`Read files in containers and volumes.`;

export const ROLE_NAMES = Object.keys(ROLES) as Role[];
export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as Permission[];
