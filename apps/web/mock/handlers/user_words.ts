// What the server says of users, and of how they sign in.
import type { ErrorCode, Message } from "../../src/api/generated/types.gen";
import { Refusal } from "../api";

const TEXTS = {
  no_such_user: "there is no user of this name",
  user_exists: "there is a user of this name already",
  last_administrator: "this is the last user who can sign in and is an administrator of everything: somebody has to be",
  user_name_invalid: "`name` is no name for a user: {because}",
  number_of_grants: "`grants` has 1 to {most} entries",
  name_or_password_wrong: "the name or the password is wrong",
  code_needed: "a one-time code is needed: send the request again with `code`",
  code_wrong: "the one-time code is wrong or was used already: wait for the next one",
  code_has_six_digits: "`code` is not a one-time code, which has six digits",
  password_wrong: "the password is wrong",
  password_too_short: "the password is too short: it takes at least {least} characters",
  password_guessable: "the password is easy to guess: it repeats the name or a few characters, or follows the keyboard",
  choose_a_sentence: "a few words that nobody else would put together are easy to remember and hard to guess",
  not_a_user: "only a user who has signed in has a password and one-time codes, not the holder of a token",
  totp_secret_unknown: "`secret` is not one that `draft_totp` gave",
  invitation_invalid: "it is not valid: it was used, its time has run out, or it never was one",
  ask_for_another_invitation: "an administrator can invite you again; the first user is created with the token in the file `setup-token` in the data folder",
  user_of_a_provider: "the user comes from a provider, which has their password, and their groups there say what they may do",
  no_provider: "no provider to sign in with is configured",
  provider_unreachable: "the provider cannot be reached: try again in a moment",
  sign_in_not_under_way: "no such sign-in is under way in this browser, or it took longer than ten minutes: begin again",
  no_group_with_a_role: "none of your groups at the provider has a role here: ask an administrator",
  name_of_another_user: "there is another user with your name, who does not come from the provider: ask an administrator",
  too_many_sign_ins: "there were too many attempts to sign in; the next one is possible in {seconds} s",
} as const;

export function words(code: keyof typeof TEXTS, params: Record<string, string> = {}): Message {
  return { code, messages: {}, params, text: TEXTS[code].replaceAll(/\{(\w+)\}/g, (found, name: string) => params[name] ?? found) };
}

export const refusal = (status: number, code: ErrorCode, word: keyof typeof TEXTS, params: Record<string, string> = {}) => new Refusal(status, code, words(word, params));
export const wrongCode = () => refusal(403, "wrong-code", "code_wrong");
export const wrongPassword = () => refusal(403, "wrong-password", "password_wrong");
export const notValid = () => new Refusal(403, "invitation-invalid", words("invitation_invalid"), { hint: words("ask_for_another_invitation") });

const LEAST = 12;

/** As strict as the server, with less knowledge of what people choose. */
export function checkPassword(password: string, name: string): void {
  const weak = (word: "password_too_short" | "password_guessable", params: Record<string, string> = {}) =>
    new Refusal(422, "weak-password", words(word, params), { hint: words("choose_a_sentence") });
  if ([...password].length < LEAST) throw weak("password_too_short", { least: String(LEAST) });
  const rest = password.toLowerCase().replaceAll(name.toLowerCase(), "");
  if (new Set(rest).size < 4) throw weak("password_guessable");
}

export function checkName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/.test(name)) return;
  throw refusal(400, "invalid-request", "user_name_invalid", { because: "a name has 1 to 64 letters, digits and `.`, `_`, `-`, `@`, `+`, and begins with a letter or a digit" });
}
