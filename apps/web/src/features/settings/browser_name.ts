// Which browser a session is of, from the words that it introduces itself with. Enough to recognise one's own; the words themselves
// are a hint on it.

/** The more special ones first: every browser also calls itself by the names of others. */
const BROWSERS: readonly [RegExp, string][] = [
  [/Edg(?:e|A|iOS)?\/(\d+)/, "Edge"],
  [/OPR\/(\d+)/, "Opera"],
  [/(?:Firefox|FxiOS)\/(\d+)/, "Firefox"],
  [/CriOS\/(\d+)/, "Chrome"],
  [/(?:Headless)?Chrome\/(\d+)/, "Chrome"],
  [/Version\/(\d+)[^ ]* (?:Mobile(?:\/\S+)? )?Safari\//, "Safari"],
];

const SYSTEMS: readonly [RegExp, string][] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

/** "Firefox 145, Linux"; null for what is no browser that is known. */
export function browserName(client: string): string | null {
  const found = BROWSERS.flatMap(([pattern, name]) => {
    const version = pattern.exec(client)?.[1];
    return version === undefined ? [] : [`${name} ${version}`];
  })[0];
  if (found === undefined) return null;
  const system = SYSTEMS.find(([pattern]) => pattern.test(client))?.[1];
  return system === undefined ? found : `${found}, ${system}`;
}
