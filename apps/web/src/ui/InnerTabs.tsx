import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactElement, ReactNode } from "react";
import css from "./InnerTabs.module.css";

export interface InnerTab {
  id: string;
  title: ReactNode;
  content: ReactNode;
}

/** Tabs inside a page, for views of the same thing. Those that are places of their own are links in the address instead. */
export function InnerTabs({ label, tabs, open, onOpen }: {
  label: string;
  tabs: readonly InnerTab[];
  open: string;
  onOpen: (id: string) => void;
}): ReactElement {
  return (
    <Base.Root className={css.root} value={open} onValueChange={(id) => onOpen(String(id))}>
      <Base.List className={css.list} aria-label={label}>
        {tabs.map(({ id, title }) => <Base.Tab key={id} value={id} className={css.tab}>{title}</Base.Tab>)}
      </Base.List>
      {tabs.map(({ id, content }) => <Base.Panel key={id} value={id} className={css.panel}>{content}</Base.Panel>)}
    </Base.Root>
  );
}
