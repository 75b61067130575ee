import { showCommandOptions } from "@/api/generated/@tanstack/react-query.gen";
import { COMMAND_KINDS } from "@/text/kinds";
import { commandLook } from "@/text/states";
import { IconButton } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { CopyButton } from "@/ui/Copy";
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ExternalLink, X } from "lucide-react";
import { useEffect, useSyncExternalStore, type ReactElement } from "react";
import { CommandView } from "./CommandView";
import { closeProgress, progress } from "./progress";
import css from "./ProgressDrawer.module.css";

/** Beside the page, and not over it: the command that was just started, while the work on the page goes on. */
export function ProgressDrawer(): ReactElement | null {
  const id = useSyncExternalStore(progress.subscribe, progress.openId);
  return id === null ? null : <Drawer key={id} commandId={id} />;
}

function Drawer({ commandId }: { commandId: string }): ReactElement {
  const { t } = useLingui();
  const { data: command } = useQuery(showCommandOptions({ path: { id: commandId } }));
  useEffect(() => {
    const close = (event: KeyboardEvent) => {
      // Dialogs and menus over the page take the key first.
      if (event.key === "Escape" && !event.defaultPrevented && document.querySelector("[role=dialog],[role=menu]") === null) closeProgress();
    };
    document.addEventListener("keydown", close);
    return () => document.removeEventListener("keydown", close);
  }, []);
  const look = command === undefined ? undefined : commandLook(command);
  return (
    <aside className={css.drawer} aria-label={t`Progress`}>
      <header className={css.head}>
        <h2 className={css.title}>
          {command !== undefined && <>{t(COMMAND_KINDS[command.kind])}{command.version === null ? "" : ` v${command.version}`}</>}
        </h2>
        {look !== undefined && <span role="status"><Chip tone={look.tone}>{t(look.word)}</Chip></span>}
        <span className={css.space} />
        <CopyButton text={`${globalThis.location.origin}/commands/${commandId}`} label={t`Copy the link`} />
        <Link to="/commands/$commandId" params={{ commandId }} className={css.open} onClick={closeProgress} aria-label={t`Open as a page`}>
          <ExternalLink size={15} />
        </Link>
        <IconButton small label={t`Close`} icon={<X size={16} />} onClick={closeProgress} />
      </header>
      <div className={css.body}><CommandView commandId={commandId} /></div>
    </aside>
  );
}
