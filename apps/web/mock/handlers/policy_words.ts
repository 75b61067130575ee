// What the server says of the policy.
import type { Message } from "../../src/api/generated/types.gen";

const TEXTS = {
  policy_bind: "the policy does not allow `{owner}` to mount `{path}` of the host",
  policy_port: "the policy does not allow `{owner}` the port `{port}` of the host",
  policy_address: "the policy does not allow `{owner}` to publish ports on `{address}`",
  policy_image: "the policy does not allow `{owner}` the image `{image}`",
  do_without_or_allow: "do without it, or have an administrator apply it or allow it in the policy under `{what}`",
  policy_allows_twice: "rule {rule} has two entries for `{what}`",
  policy_value_is_invalid: "rule {rule} has `{value}` for `{what}`, which cannot be one",
  policy_value_is_port: "write a port, a range such as `1024-65535`, or `*`",
  policy_value_is_path: "write an absolute path, or `*`",
  leave_out_the_rest: "leave out what is not needed, or write patterns",
  policy_changed: "somebody else has replaced the policy: it is at revision {revision} now",
  read_policy_again: "read it again with `GET /api/v1/policy`, and change that one",
} as const;

export function words(code: keyof typeof TEXTS, params: Record<string, string> = {}): Message {
  return { code, messages: {}, params, text: TEXTS[code].replaceAll(/\{(\w+)\}/g, (found, name: string) => params[name] ?? found) };
}
