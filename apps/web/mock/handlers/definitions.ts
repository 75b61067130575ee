import type { ComposeAttribute } from "../../src/api/generated/types.gen";
import { accepted, created, ok, type Handlers } from "../api";
import { addCommand, enqueue } from "../commands";
import { servicesOf } from "../containers";
import { powerSteps, removeSteps, storePlan } from "../plans";
import { admin, changed } from "../world";
import { stackOf, versionOf, versionSummary } from "./stacks";

const attribute = (path: string, kinds: string[], en: string, fr: string, more: { values?: string[]; required?: boolean } = {}): ComposeAttribute => ({
  engine: null, path, name: path.split(".").at(-1) ?? "", kinds, values: more.values ?? [], required: more.required ?? false, support: "full", summary: { en, fr },
});

export const definitions = {
  showComposeSchema: () =>
    ok({
      attributes: [
        attribute("name", ["string"], "Name of the project", "Nom du projet"),
        attribute("services", ["map"], "The services", "Les services", { required: true }),
        attribute("services.*.image", ["string"], "The image of its containers", "L’image de ses conteneurs"),
        attribute("services.*.restart", ["string"], "What happens when it ends", "Ce qui arrive quand il se termine", { values: ["no", "always", "on-failure", "unless-stopped"] }),
        attribute("services.*.ports", ["list"], "Published ports", "Ports publiés"),
        attribute("services.*.environment", ["map", "list"], "Environment variables", "Variables d’environnement"),
        attribute("services.*.depends_on", ["map", "list"], "Services that start before", "Services qui démarrent avant"),
        attribute("services.*.depends_on.*.condition", ["string"], "What it waits for", "Ce qu’il attend", { values: ["service_started", "service_healthy", "service_completed_successfully"] }),
        attribute("services.*.healthcheck", ["map"], "How to know that it works", "Comment savoir qu’il fonctionne"),
        attribute("services.*.healthcheck.interval", ["duration"], "Time between two checks", "Temps entre deux contrôles"),
        attribute("services.*.mem_limit", ["size"], "Most memory", "Mémoire maximale"),
        attribute("services.*.volumes", ["list"], "Mounted volumes and folders", "Volumes et dossiers montés"),
        attribute("services.*.x-core-monitor", ["map"], "What Core Monitor does with the service beyond the Compose format", "Ce que Core Monitor fait du service au-delà du format Compose"),
        attribute("services.*.x-core-monitor.on-demand", ["map"], "The service wakes at its first request and sleeps when nobody uses it", "Le service se réveille à sa première requête et s’endort quand personne ne l’utilise"),
        attribute("services.*.x-core-monitor.on-demand.hosts", ["string", "list"], "Hosts whose requests are for the service", "Hôtes dont les requêtes sont pour le service"),
        attribute("services.*.x-core-monitor.on-demand.mode", ["string"], "What a browser gets while it wakes", "Ce que reçoit un navigateur pendant le réveil", { values: ["dynamic", "blocking"] }),
        attribute("services.*.x-core-monitor.on-demand.idle-timeout", ["duration"], "How long nobody must have used it before it sleeps", "Durée sans utilisation avant qu’il s’endorme"),
        attribute("networks", ["map"], "The networks", "Les réseaux"),
        attribute("volumes", ["map"], "The volumes", "Les volumes"),
      ],
    }),
  planDelete: ({ world, path, body }) => {
    const stack = stackOf(world, path.id);
    return created(storePlan(world, stack, "delete", null, removeSteps(stack, body?.volumes ?? false), admin));
  },
  scaleService: ({ world, path, body: { service, replicas } }) => {
    const stack = stackOf(world, path.id);
    const command = addCommand(world, "APPLY", stack, { version: stack.versions.length });
    return accepted(
      enqueue(world, command, powerSteps(stack, "start_container", service), () => {
        for (const one of servicesOf(stack)) if (one.name === service) one.replicas = replicas;
      }),
    );
  },
  tagVersion: ({ world, path, body }) => {
    const stack = stackOf(world, path.id);
    const version = versionOf(stack, path.version);
    version.tag = body.tag;
    changed(world, ["stacks"], [stack.id]);
    return ok(versionSummary(stack, version));
  },
} satisfies Partial<Handlers>;
