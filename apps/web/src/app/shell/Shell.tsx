import { ProgressDrawer } from "@/features/commands/ProgressDrawer";
import { Outlet } from "@tanstack/react-router";
import { Trans } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
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
          <Outlet />
        </main>
      </div>
      <ProgressDrawer />
      <Keyboard />
    </div>
  );
}
