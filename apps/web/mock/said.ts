import type { Message } from "../src/api/generated/types.gen";
import messages from "../../../openapi/messages.json";

/** Every sentence of the API, by its code. */
export type Code = keyof typeof messages;

/** A sentence as the API says it, with the English text that belongs to its code. A param that is a sentence itself is nested. */
export function said(code: Code, params: Record<string, string | number | Message> = {}): Message {
  const words: Record<string, string> = {};
  const nested: Record<string, Message> = {};
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === "object") nested[name] = value;
    words[name] = typeof value === "object" ? value.text : String(value);
  }
  const text = messages[code].text.replaceAll(/\{\{|\}\}|\{(\w+)\}/g, (found, name: string | undefined) =>
    name === undefined ? found.charAt(0) : (words[name] ?? found),
  );
  return { code, messages: nested, params: words, text };
}

/** Words of the engine, a registry or a container, which are shown as they are. */
export function foreign(text: string): Message {
  return { code: "foreign", messages: {}, params: {}, text };
}
