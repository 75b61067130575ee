import { neededFor, PAGES_NEED } from "@/access/pages";
import { useMay } from "@/access/useMay";
import { Brand } from "@/app/Brand";
import { IconButton } from "@/ui/Button";
import { classes } from "@/ui/classes";
import { Link, type LinkProps } from "@tanstack/react-router";
import { useLingui } from "@lingui/react/macro";
import { Boxes, Container, Gauge, HardDrive, KeyRound, Layers, LayoutTemplate, ListOrdered, Moon, Network, Package, ScrollText, Settings, X } from "lucide-react";
import { useEffect, type ReactElement, type ReactNode } from "react";
import css from "./Sidebar.module.css";

const HOST = ["/images", "/volumes", "/networks"] as const;

export function Sidebar({ open, onClose }: { open: boolean; onClose: () => void }): ReactElement {
  const { t } = useLingui();
  const may = useMay();
  const host = HOST.some((page) => may(PAGES_NEED[page]) === undefined);
  useEffect(() => {
    if (!open) return undefined;
    const close = (event: KeyboardEvent) => { if (event.key === "Escape") onClose(); };
    document.addEventListener("keydown", close);
    return () => document.removeEventListener("keydown", close);
  }, [open, onClose]);
  return (
    <>
      {open && <div className={css.backdrop} onClick={onClose} role="presentation" />}
      <nav className={classes(css.sidebar, open && css.open)} aria-label={t`Main`}>
        <div className={css.head}>
          <Link to="/" className={css.home} onClick={onClose}><Brand /></Link>
          <span className={css.close}><IconButton label={t`Close the menu`} icon={<X size={16} />} onClick={onClose} /></span>
        </div>
        <ul className={css.list} onClick={onClose} role="presentation">
          <Entry to="/" icon={<Gauge />} exact>{t`Overview`}</Entry>
          <Entry to="/stacks" icon={<Layers />}>{t`Stacks`}</Entry>
          <Entry to="/templates" icon={<LayoutTemplate />}>{t`Templates`}</Entry>
          <Entry to="/containers" icon={<Container />}>{t`Containers`}</Entry>
          <Entry to="/on-demand" icon={<Moon />}>{t`On demand`}</Entry>
          <Entry to="/queue" icon={<ListOrdered />}>{t`Queue`}</Entry>
        </ul>
        {host && (
          <>
            <h2 className={css.group}>{t`Host`}</h2>
            <ul className={css.list} onClick={onClose} role="presentation">
              <Entry to="/images" icon={<Package />}>{t`Images`}</Entry>
              <Entry to="/volumes" icon={<HardDrive />}>{t`Volumes`}</Entry>
              <Entry to="/networks" icon={<Network />}>{t`Networks`}</Entry>
            </ul>
          </>
        )}
        <h2 className={css.group}>{t`System`}</h2>
        <ul className={css.list} onClick={onClose} role="presentation">
          <Entry to="/catalog" icon={<Boxes />}>{t`Catalogue`}</Entry>
          <Entry to="/secrets" icon={<KeyRound />}>{t`Secrets`}</Entry>
          <Entry to="/audit" icon={<ScrollText />}>{t`Audit`}</Entry>
          <Entry to="/settings" icon={<Settings />}>{t`Settings`}</Entry>
        </ul>
      </nav>
    </>
  );
}

/** A page in the menu, for those who may see it. */
function Entry({ to, icon, exact, children }: { to: NonNullable<LinkProps["to"]>; icon: ReactNode; exact?: boolean; children: ReactNode }): ReactElement | null {
  const may = useMay();
  const needed = neededFor(to);
  if (needed !== undefined && may(needed) !== undefined) return null;
  return (
    <li>
      <Link to={to} activeOptions={{ exact: exact === true }} className={css.entry} activeProps={{ className: css.active }}>
        <span className={css.icon} aria-hidden>{icon}</span>
        {children}
      </Link>
    </li>
  );
}
