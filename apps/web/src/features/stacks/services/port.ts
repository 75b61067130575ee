// Published ports, as the status of a service writes them: `host->container`, such as `8080->80` or `127.0.0.1:53->53/udp`.

export interface PublishedPort {
  /** The address of the host; null for all. */
  address: string | null;
  host: number;
  container: number;
  protocol: string;
}

export function parsePort(text: string): PublishedPort | null {
  const found = /^(?:(.+):)?(\d+)->(\d+)(?:\/(\w+))?$/.exec(text);
  if (found === null) return null;
  const [, address, host, container, protocol] = found;
  const everywhere = address === undefined || address === "0.0.0.0" || address === "[::]" || address === "::";
  return { address: everywhere ? null : address, host: Number(host), container: Number(container), protocol: protocol ?? "tcp" };
}

/** The port as it is reached on the host: `8080`, `127.0.0.1:53/udp`. */
export function hostSide(text: string): string {
  const port = parsePort(text);
  if (port === null) return text;
  return `${port.address === null ? "" : `${port.address}:`}${port.host}${port.protocol === "tcp" ? "" : `/${port.protocol}`}`;
}

/** What usually answers there speaks no HTTP: ssh, files, mail, names, databases, caches, queues, directories, screens. */
const NOT_FOR_BROWSERS = new Set([
  21, 22, 23, 25, 53, 110, 143, 161, 389, 445, 465, 514, 587, 636, 853, 873, 993, 995, 1433, 1521, 1883, 2049, 2181, 3306, 3389, 4222, 4369, 5060, 5222, 5432,
  5433, 5671, 5672, 5900, 6379, 6380, 6432, 7687, 8883, 9042, 9092, 9093, 9300, 11211, 25672, 26257, 26379, 27017, 27018, 33060, 61613, 61616,
]);

const OWN_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

function bracketed(address: string): string {
  return address.includes(":") && !address.startsWith("[") ? `[${address}]` : address;
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1" || address === "[::1]" || address === "localhost";
}

/** As far as the port of the container tells. */
export const speaksHttp = (port: PublishedPort): boolean => port.protocol === "tcp" && !NOT_FOR_BROWSERS.has(port.container);

/**
 * Where a browser that has opened this page at `page` reaches the port; null if it cannot: over another protocol than HTTP, or
 * on an address that only the host itself has.
 */
export function addressOf(port: PublishedPort, page: { hostname: string }): string | null {
  if (!speaksHttp(port)) return null;
  const scheme = port.container === 443 || port.container === 8443 || port.host === 443 ? "https" : "http";
  const usual = (scheme === "https" && port.host === 443) || (scheme === "http" && port.host === 80);
  const behind = usual ? "" : `:${port.host}`;
  if (port.address === null) return `${scheme}://${page.hostname}${behind}/`;
  if (isLoopback(port.address)) return OWN_NAMES.has(page.hostname) ? `${scheme}://${page.hostname}${behind}/` : null;
  return `${scheme}://${bracketed(port.address)}${behind}/`;
}

/** Where another program reaches the port from the machine of this browser: `server.lan:5432`. */
export function socketOf(port: PublishedPort, page: { hostname: string }): string {
  return `${port.address === null ? page.hostname : bracketed(port.address)}:${port.host}`;
}

/** The addresses of published ports that a browser can open, each once. */
export function addressesOf(ports: readonly string[], page: { hostname: string }): string[] {
  const found = ports.map(parsePort).flatMap((port) => (port === null ? [] : [addressOf(port, page)]));
  return [...new Set(found.filter((address) => address !== null))];
}
