// What roles and permissions are called.

import type { Permission, Role } from "@/api/generated";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** The one that may do least first. */
export const ROLE_WORDS: Record<Role, MessageDescriptor> = {
  viewer: msg`Viewer`,
  operator: msg`Operator`,
  deployer: msg`Deployer`,
  administrator: msg`Administrator`,
};

export const PERMISSION_WORDS: Record<Permission, MessageDescriptor> = {
  terminal: msg`Terminal`,
  files: msg`Files`,
  secrets: msg`Secrets`,
};
