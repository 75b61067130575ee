// Packs files into a tar archive (ustar) in the page, so that a folder can be uploaded as one.

export interface TarEntry {
  /** In the folder, with `/` between its parts. */
  path: string;
  content: Blob;
  executable: boolean;
}

const BLOCK = 512;
const encoder = new TextEncoder();

/** The archive. The contents are read when it is sent, not before. Fails for a path that the format has no room for. */
export function tarOf(entries: readonly TarEntry[]): Blob {
  const parts: BlobPart[] = [];
  for (const { path, content, executable } of entries) {
    const rest = content.size % BLOCK;
    parts.push(header(path, content.size, executable), content);
    if (rest > 0) parts.push(new Uint8Array(BLOCK - rest));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return new Blob(parts, { type: "application/octet-stream" });
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

function header(path: string, size: number, executable: boolean): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const { name, prefix } = split(path);
  const put = (text: string, at: number) => block.set(encoder.encode(text), at);
  put(name, 0);
  put(octal(executable ? 0o755 : 0o644, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(size, 11), 124);
  // The same files always give the same archive.
  put(octal(0, 11), 136);
  put(" ".repeat(8), 148);
  put("0", 156);
  put("ustar\u000000", 257);
  put(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${octal(sum, 6)}\u0000 `, 148);
  return block;
}

function length(text: string): number {
  return encoder.encode(text).length;
}

/** A path of more than 100 bytes is stored in two parts, cut at a `/`. */
function split(path: string): { name: string; prefix: string } {
  if (length(path) <= 100) return { name: path, prefix: "" };
  for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (length(name) <= 100 && length(prefix) <= 155) return { name, prefix };
  }
  throw new PathTooLong(path);
}

export class PathTooLong extends Error {
  override readonly name = "PathTooLong";

  constructor(readonly path: string) {
    super(path);
  }
}
