import { Button, IconButton } from "@/ui/Button";
import { useLingui } from "@lingui/react/macro";
import { Menu as MenuIcon, Search } from "lucide-react";
import type { ReactElement } from "react";
import { AccountMenu } from "./AccountMenu";
import { QueueButton } from "./QueueButton";
import { openPalette } from "./palette";
import css from "./TopBar.module.css";

export function TopBar({ onMenu }: { onMenu: () => void }): ReactElement {
  const { t } = useLingui();
  return (
    <header className={css.bar}>
      <span className={css.menu}><IconButton label={t`Open the menu`} icon={<MenuIcon size={18} />} onClick={onMenu} /></span>
      <Button className={css.search} onClick={openPalette} icon={<Search size={15} />}>
        <span className={css.searchText}>{t`Search and act…`}</span>
        <kbd className={css.keys}>{modifier()} K</kbd>
      </Button>
      <span className={css.space} />
      <QueueButton />
      <AccountMenu />
    </header>
  );
}

function modifier(): string {
  return navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl";
}
