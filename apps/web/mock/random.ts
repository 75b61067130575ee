// The mock's world is the same each time: ids and figures come from names, not from chance.

/** A 32-bit number from a text. */
export function number(seed: string): number {
  let hash = 0x811c9dc5;
  for (const letter of seed) {
    hash ^= letter.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  return hash >>> 0;
}

/** From 0 to 1. */
export const fraction = (seed: string): number => number(seed) / 0xffffffff;

/** Ids that were made before: five hundred containers are asked for with every figure. */
const made = new Map<string, string>();

/** Hexadecimal digits. */
export function hex(seed: string, length: number): string {
  const key = `${length} ${seed}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  let digits = "";
  for (let part = 0; digits.length < length; part += 1) digits += number(`${seed}/${part}`).toString(16).padStart(8, "0");
  if (made.size > 20_000) made.clear();
  made.set(key, digits.slice(0, length));
  return digits.slice(0, length);
}

/** A UUID of version 4. */
export function uuid(seed: string): string {
  const digits = hex(seed, 32);
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`, digits.slice(20)].join("-");
}

/** A digest of an image or an artifact. */
export const digest = (seed: string): string => `sha256:${hex(seed, 64)}`;

/** Moves slowly between 0 and 1 with the time in seconds, differently for each seed. */
export function wave(seed: string, seconds: number): number {
  const phase = fraction(seed) * 100;
  const slow = Math.sin(seconds / 47 + phase) + Math.sin(seconds / 13 + phase * 3) * 0.5;
  return Math.min(1, Math.max(0, 0.5 + slow / 3 + (fraction(`${seed}${Math.floor(seconds)}`) - 0.5) * 0.15));
}
