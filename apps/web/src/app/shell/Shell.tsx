import { Guarded } from "@/access/Guarded";
import { ProgressDrawer } from "@/features/commands/ProgressDrawer";
import { pageTitle } from "@/ui/title";
import { Outlet } from "@tanstack/react-router";
import { Trans } from "@lingui/react/macro";
import { useState, useSyncExternalStore, type ReactElement } from "react";
import { ConnectionNotice } from "./ConnectionNotice";
import { Keyboard } from "./Keyboard";
import { Sidebar } from "./Sidebar";
import { TopBar } from "./TopBar";
import css from "./Shell.module.css";

/** What is around every page: navigation at the side, search, queue and account at the top. */
export function Shell(): ReactElement {
  const [menuOpen, setMenuOpen] = useState(false);
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#main"><Trans>Skip to the content</Trans></a>
      <Sidebar open={menuOpen} onClose={() => setMenuOpen(false)} />
      <div className={css.column}>
        <TopBar onMenu={() => setMenuOpen(true)} />
        <ConnectionNotice />
        <main id="main" tabIndex={-1} className={css.main}>
          <Guarded><Outlet /></Guarded>
        </main>
      </div>
      <ProgressDrawer />
      <Keyboard />
      <Arrival />
    </div>
  );
}

/** Reads out where one has arrived: a page of this application replaces another without the browser saying so. */
function Arrival(): ReactElement {
  const title = useSyncExternalStore(pageTitle.subscribe, pageTitle.read);
  return <p className="visually-hidden" aria-live="polite">{title}</p>;
}
