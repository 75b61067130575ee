import { useMay } from "@/access/useMay";
import { showKeysOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { KeyList } from "@/api/generated";
import { isProblem } from "@/api/problem";
import { Ago } from "@/text/Ago";
import { period } from "@/text/dates";
import { ProblemNote } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Empty, Skeleton } from "@/ui/Empty";
import { Notice } from "@/ui/Notice";
import { Facts, Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState, type ReactElement } from "react";
import { useTemplate } from "../template";
import css from "../Templates.module.css";
import { KeepAllDialog, KeysDialog } from "./KeysDialog";

/** Which instances somebody still wants: those whose keys are on the list. */
export function KeysTab(): ReactElement {
  const { t } = useLingui();
  const { name } = useTemplate();
  const [open, setOpen] = useState<"set" | "remove" | null>(null);
  const keys = useQuery(showKeysOptions({ path: { template: name } }));
  const none = keys.isError && isProblem(keys.error, "no-key-list");
  const close = () => setOpen(null);
  return (
    <>
      {keys.isError && !none && <ProblemNote error={keys.error} actions={<Button onClick={() => void keys.refetch()}><Trans>Try again</Trans></Button>} />}
      {keys.isPending && <Panel flush><Skeleton lines={5} label={t`Loading the list of keys`} /></Panel>}
      {none && <NoKeys onSet={() => setOpen("set")} />}
      {!none && keys.data !== undefined && <Keys list={keys.data} onSet={() => setOpen("set")} onRemove={() => setOpen("remove")} />}
      {open === "set" && <KeysDialog template={name} known={none ? null : (keys.data ?? null)} onClose={close} />}
      {open === "remove" && <KeepAllDialog template={name} onClose={close} />}
    </>
  );
}

function Keys({ list, onSet, onRemove }: { list: KeyList; onSet: () => void; onRemove: () => void }): ReactElement {
  const { t } = useLingui();
  const { declaration, name } = useTemplate();
  const may = useMay();
  const { keys, url, every_seconds: every, taken_at: taken, asked_at: asked, trouble } = list;
  return (
    <>
      {trouble !== null && (
        <Notice tone="warn" title={<Trans>The list could not be read</Trans>}>
          <p><Said message={trouble} /></p>
          <p><Trans>The keys stay those of the last time, and no instance is marked meanwhile.</Trans></p>
        </Notice>
      )}
      <Panel
        title={<Trans>List of keys</Trans>}
        actions={
          <>
            <Button small disabledReason={may("set_keys", name)} onClick={onSet}><Trans>Replace…</Trans></Button>
            <Button small disabledReason={may("remove_keys", name)} onClick={onRemove}><Trans>Keep all instances…</Trans></Button>
          </>
        }
      >
        <Facts
          items={[
            { id: "source", name: t`Source`, value: url === null ? t`It is sent to the server` : <span className={css.lines}><code>{url}</code>{every !== null && <span className={css.soft}><Trans>asked for every {period(every)}</Trans></span>}</span> },
            ...(url === null ? [] : [{ id: "asked", name: t`Last asked for`, value: asked === null ? t`not yet` : <Ago at={asked} /> }]),
            { id: "taken", name: t`Last taken`, value: taken === null ? t`not yet: until then no instance is missing from it` : <Ago at={taken} /> },
            { id: "grace", name: t`Kept without its key for`, value: period(declaration.lifetime.grace_seconds) },
            { id: "keys", name: t`Keys`, value: keys.length === 0 ? <span className={css.soft}><Trans>no keys</Trans></span> : <KeyNames keys={keys} /> },
          ]}
        />
      </Panel>
    </>
  );
}

/** So many are shown: a list may have thousands. */
const SHOWN = 200;

function KeyNames({ keys }: { keys: readonly string[] }): ReactElement {
  const more = keys.length - SHOWN;
  return (
    <ul className={css.names}>
      {keys.slice(0, SHOWN).map((key) => <li key={key}><code>{key}</code></li>)}
      {more > 0 && <li className={css.soft}><Trans>and {more} more</Trans></li>}
    </ul>
  );
}

function NoKeys({ onSet }: { onSet: () => void }): ReactElement {
  const { name } = useTemplate();
  const may = useMay();
  return (
    <Panel>
      <Empty icon={<KeyRound size={28} />} title={<Trans>Every instance is kept</Trans>} actions={<Button look="primary" disabledReason={may("set_keys", name)} onClick={onSet}><Trans>Set a list of keys…</Trans></Button>}>
        <Trans>
          With a list of keys, an instance whose key is not on it any more is removed with its volumes after a grace time. The list is sent
          by whoever knows it, such as a pipeline, or the server asks for it at an address.
        </Trans>
      </Empty>
    </Panel>
  );
}
