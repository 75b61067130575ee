import { IconButton } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Menu, type MenuEntry } from "@/ui/Menu";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { Ellipsis, Plus } from "lucide-react";
import { useState, type ReactElement } from "react";
import { composeFilesOf, filesOf, variablesOf, withSecret, type Draft, type SecretWish, type Snapshot } from "./draft";
import { SecretDialog, type SecretWay } from "./SecretDialog";
import { SecretReading } from "./SecretReading";
import css from "./SideList.module.css";

/** How a compose file refers to one. */
const SAMPLE = "${NAME}";

/** Values for `${NAME}` that are stored encrypted. They go to the server once and never come back. */
export function SecretList({ snapshot, draft, named, onChange }: {
  snapshot: Snapshot;
  draft: Draft;
  /** Named secrets that they can stand for; null where they are not known. */
  named: readonly string[] | null;
  onChange: (draft: Draft) => void;
}): ReactElement {
  const { t } = useLingui();
  /** The secret that is asked for; an empty name is a new one. */
  const [asked, setAsked] = useState<{ name: string; way: SecretWay } | null>(null);
  const names = [...new Set([...Object.keys(snapshot.secrets), ...Object.keys(draft.secrets)])].toSorted();
  const files = filesOf(snapshot, draft);
  const compose = composeFilesOf(snapshot, draft).flatMap((path) => { const file = files[path]; return file?.kind === "text" ? [file.text] : []; });
  const taken = [...names, ...variablesOf(snapshot, draft).map(({ name }) => name)];
  return (
    <Panel title={<Trans>Secrets</Trans>} actions={<IconButton small label={t`New secret`} icon={<Plus size={15} />} onClick={() => setAsked({ name: "", way: "generate" })} />} flush>
      {names.length === 0 && <p className={css.note}><Trans>Passwords and keys for <code>{SAMPLE}</code>: stored encrypted, never shown again.</Trans></p>}
      <ul>
        {names.map((name) => (
          <li key={name} className={css.secret}>
            <div className={css.secretHead}>
              <span className={css.path}>{name}</span>
              <SecretMenu
                name={name}
                wish={draft.secrets[name]}
                saved={snapshot.secrets[name] !== undefined}
                onAsk={(way) => setAsked({ name, way })}
                onWish={(wish) => onChange(withSecret(draft, name, wish))}
              />
            </div>
            <SecretState wish={draft.secrets[name]} setIn={snapshot.secrets[name]} />
            {draft.secrets[name]?.kind !== "remove" && <SecretReading name={name} compose={compose} />}
          </li>
        ))}
      </ul>
      {asked !== null && (
        <SecretDialog
          name={asked.name}
          way={asked.way}
          taken={taken}
          named={named}
          onClose={() => setAsked(null)}
          onDone={(name, wish) => {
            onChange(withSecret(draft, name, wish));
            setAsked(null);
          }}
        />
      )}
    </Panel>
  );
}

function SecretState({ wish, setIn }: { wish: SecretWish | undefined; setIn: number | undefined }): ReactElement {
  if (wish?.kind === "set") return <span><Chip tone="warn"><Trans>new value when saved</Trans></Chip></span>;
  if (wish?.kind === "generate") return <span><Chip tone="warn"><Trans>generated when saved</Trans></Chip></span>;
  if (wish?.kind === "named") return <span><Chip tone="warn"><Trans>named secret {wish.secret} when saved</Trans></Chip></span>;
  if (wish?.kind === "remove") return <span><Chip tone="bad"><Trans>removed when saved</Trans></Chip></span>;
  return <span className={css.soft}><Trans>value of v{setIn}, kept</Trans></span>;
}

function SecretMenu({ name, wish, saved, onAsk, onWish }: {
  name: string;
  wish: SecretWish | undefined;
  saved: boolean;
  onAsk: (way: SecretWay) => void;
  onWish: (wish: SecretWish | null) => void;
}): ReactElement {
  const { t } = useLingui();
  const entries: MenuEntry[] = [
    { id: "set", label: t`Set a value…`, onSelect: () => onAsk("set") },
    { id: "generate", label: t`Generate…`, onSelect: () => onAsk("generate") },
    { id: "named", label: t`Use a named secret…`, onSelect: () => onAsk("named") },
    ...(saved && wish !== undefined ? [{ id: "keep", label: t`Keep the value`, onSelect: () => onWish(null) }] : []),
    { id: "remove", label: t`Remove`, danger: true, onSelect: () => onWish(saved ? { kind: "remove" } : null) },
  ];
  return <Menu trigger={<IconButton small label={t`Actions for ${name}`} icon={<Ellipsis size={15} />} />} entries={entries} />;
}
