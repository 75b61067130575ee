// Where a browser reaches a service that wakes on demand.

import type { OnDemandGateway, OnDemandService } from "@/api/generated";

export interface HostLink {
  /** As it is declared: `shop.example.org`, `*.example.org`. */
  host: string;
  /** Null where no browser can go: to every name of a domain, or while nobody knows where the gateway listens. */
  href: string | null;
}

interface Page {
  hostname: string;
  protocol: string;
}

/**
 * The hosts of a service with their addresses. A gateway that takes HTTPS is asked over HTTPS. One that listens on the loopback
 * alone is behind a proxy, which has the usual ports, unless this page and the host are on the loopback, too.
 */
export function hostLinks({ hosts, paths }: Pick<OnDemandService, "hosts" | "paths">, gateway: Pick<OnDemandGateway, "http" | "https">, page: Page): HostLink[] {
  const path = paths[0] ?? "/";
  return hosts.map((host) => {
    const origin = host.startsWith("*.") ? null : originOf(host, gateway, page);
    return { host, href: origin === null ? null : `${origin}${path.startsWith("/") ? "" : "/"}${path}` };
  });
}

function originOf(host: string, { http, https }: Pick<OnDemandGateway, "http" | "https">, page: Page): string | null {
  const scheme = https === null ? "http" : "https";
  const listens = https ?? http;
  if (listens === null) return null;
  const at = /^(.*):(\d+)$/.exec(listens);
  if (at === null) return null;
  const [, address = "", port = ""] = at;
  if (isLoopback(address) && !isLocalName(host)) return `${page.protocol === "https:" ? "https" : scheme}://${host}`;
  const usual = port === (scheme === "https" ? "443" : "80");
  return `${scheme}://${host}${usual ? "" : `:${port}`}`;
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "[::1]" || address === "localhost";
}

function isLocalName(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host.startsWith("127.");
}
