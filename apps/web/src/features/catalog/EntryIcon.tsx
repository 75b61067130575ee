import {
  Boxes, ChartLine, Container, Database, FileText, Globe, HardDrive, KeyRound, Layers, Mail, Map as MapIcon, MessageSquare, Search, Server, Wrench,
  type LucideIcon,
} from "lucide-react";
import type { ReactElement } from "react";
import type { CatalogEntry } from "@/api/generated";

/** One drawing for each category, and a few for entries that are known by another. No logos of other products. */
const DRAWINGS: Readonly<Record<string, LucideIcon>> = {
  application: Layers,
  database: Database,
  cache: Database,
  broker: MessageSquare,
  search: Search,
  storage: HardDrive,
  web: Globe,
  runtime: Container,
  middleware: Server,
  monitoring: ChartLine,
  tool: Wrench,
  mail: Mail,
  map: MapIcon,
  key: KeyRound,
  vault: KeyRound,
  document: FileText,
};

export function EntryIcon({ entry }: { entry: Pick<CatalogEntry, "category" | "icon"> }): ReactElement {
  const Drawing = DRAWINGS[entry.icon ?? ""] ?? DRAWINGS[entry.category] ?? Boxes;
  return <Drawing size={18} aria-hidden />;
}
