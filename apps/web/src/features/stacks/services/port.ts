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

/** What usually answers there speaks no HTTP: ssh, mail, names, databases, caches, queues, directories. */
const NOT_FOR_BROWSERS = new Set([
  22, 25, 53, 110, 143, 389, 465, 587, 636, 993, 995, 1433, 1521, 1883, 2181, 3306, 4222, 5432, 5433, 5671, 5672, 6379, 6380, 6432, 8883, 9042, 9092, 9093, 11211,
  26257, 27017, 33060,
]);

const OWN_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

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
  const name = port.address.includes(":") && !port.address.startsWith("[") ? `[${port.address}]` : port.address;
  return `${scheme}://${name}${behind}/`;
}
