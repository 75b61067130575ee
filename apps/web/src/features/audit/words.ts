// What the entries of the audit are called. An operation of a newer server keeps its own name.

import type { AuditChange, AuditRecord } from "@/api/generated";
import { msg } from "@lingui/core/macro";
import type { MessageDescriptor } from "@lingui/core";

export const CHANGES: Record<AuditChange, MessageDescriptor> = {
  created: msg`created`,
  replaced: msg`replaced`,
  removed: msg`removed`,
  started: msg`started`,
  ended: msg`ended`,
  downloaded: msg`downloaded`,
  uploaded: msg`uploaded`,
  revealed: msg`revealed`,
  refused: msg`refused`,
};

/** By operation, and by operation and change where it makes a difference. */
const DEEDS: Readonly<Record<string, MessageDescriptor>> = {
  accept_invitation: msg`Invitation accepted`,
  "accept_invitation refused": msg`Invitation refused`,
  add_secret_version: msg`Secret given a new value`,
  change_password: msg`Password changed`,
  change_secret: msg`Secret changed`,
  change_stack: msg`Stack changed`,
  create_secret: msg`Secret created`,
  create_template: msg`Template created`,
  delete_secret: msg`Secret deleted`,
  delete_template: msg`Template deleted`,
  download_container_file: msg`File downloaded`,
  download_container_folder: msg`Folder downloaded`,
  download_volume_file: msg`File downloaded`,
  download_volume_folder: msg`Folder downloaded`,
  exec_in_container: msg`Command run`,
  "exec_in_container ended": msg`Command ended`,
  hold_instance: msg`Instance held`,
  invite_user: msg`User invited`,
  issue_token: msg`Token issued`,
  "issue_token replaced": msg`Secret of a token replaced`,
  open_terminal: msg`Terminal opened`,
  "open_terminal ended": msg`Terminal closed`,
  read_secret_value: msg`Value of a secret shown`,
  release_instance: msg`Instance released`,
  remove_keys: msg`List of keys removed`,
  remove_registry: msg`Registry removed`,
  remove_totp: msg`One-time codes switched off`,
  remove_user: msg`User removed`,
  renew_invitation: msg`User invited again`,
  replace_policy: msg`Policy replaced`,
  reveal_secrets: msg`Secrets shown`,
  revoke_session: msg`Session ended`,
  revoke_token: msg`Token revoked`,
  save_template_version: msg`Version of a template saved`,
  set_keys: msg`List of keys replaced`,
  "set_keys created": msg`List of keys added`,
  set_stack_labels: msg`Labels of a stack changed`,
  set_up: msg`First user created`,
  "set_up refused": msg`First user refused`,
  set_up_totp: msg`One-time codes switched on`,
  set_user_grants: msg`Access of a user changed`,
  sign_in: msg`Signed in`,
  "sign_in refused": msg`Sign-in refused`,
  sign_in_with_provider: msg`Access of a user taken over from the provider`,
  "sign_in_with_provider created": msg`User of the provider added`,
  "sign_in_with_provider refused": msg`Sign-in with the provider refused`,
  sign_out: msg`Signed out`,
  store_registry: msg`Registry replaced`,
  "store_registry created": msg`Registry added`,
  tag_version: msg`Version named`,
  "tag_version removed": msg`Name of a version removed`,
  upload_container_file: msg`File uploaded`,
  upload_container_folder: msg`Folder uploaded`,
  upload_volume_file: msg`File uploaded`,
  upload_volume_folder: msg`Folder uploaded`,
};

/** What was done, as a line of the list; undefined if there is no word for it. */
export function deedWord({ action, change }: Pick<AuditRecord, "action" | "change">): MessageDescriptor | undefined {
  return DEEDS[`${action} ${change}`] ?? DEEDS[action];
}

/** The kind and the name of what it was done to: `containers/b7cc47…`, `secret:smtp`. */
export function resourceOf(resource: string): { kind: string; name: string } {
  const cut = resource.search(/[/:]/);
  return cut === -1 ? { kind: resource, name: "" } : { kind: resource.slice(0, cut), name: resource.slice(cut + 1) };
}
