// Finds what a failure names in what runs now.

import type { Container, ServiceStatus } from "@/api/generated";

interface Place {
  /** Null if nothing of that name is there any more. */
  service: string | null;
  /** The container, if its health check fails: one that took its place since then says nothing about the failure. */
  container: Container | null;
}

/** `subject` is the name of a container or of a service. */
export function whereIs(subject: string, services: readonly ServiceStatus[]): Place {
  for (const { service, containers } of services) {
    const container = containers.find((each) => each.name === subject);
    if (container !== undefined) return { service, container: container.health === "unhealthy" ? container : null };
    if (service === subject) return { service, container: null };
  }
  return { service: null, container: null };
}
