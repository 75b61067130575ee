import type { ConvertedTemplate } from "@/api/generated";
import { ProblemText } from "@/text/ProblemNote";
import { Said } from "@/text/said";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { CodeView } from "@/ui/code/lazy";
import { Dialog } from "@/ui/Dialog";
import { Checkbox, Input } from "@/ui/Field";
import { Table } from "@/ui/Table";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import css from "../Templates.module.css";
import { mayBeChosen, type Row } from "./portainer";

/** What the templates of a file become, to choose from. */
export function ConvertedTable({ rows, saving, onChange, onAll }: {
  rows: readonly Row[];
  saving: boolean;
  onChange: (id: number, next: Partial<Row>) => void;
  onAll: (chosen: boolean) => void;
}): ReactElement {
  const { t } = useLingui();
  const [shown, setShown] = useState<ConvertedTemplate | null>(null);
  const free = rows.filter(mayBeChosen);
  const all = free.length > 0 && free.every(({ chosen }) => chosen);
  return (
    <>
      <Table
        label={t`Converted templates`}
        rows={rows}
        rowKey={({ id }) => String(id)}
        columns={[
          {
            id: "choose",
            lead: true,
            title: <Checkbox checked={all} disabled={free.length === 0 || saving} onChange={onAll}><span className="visually-hidden">{t`Choose all`}</span></Checkbox>,
            cell: (row) => (
              <Checkbox checked={row.chosen && mayBeChosen(row)} disabled={!mayBeChosen(row) || saving} onChange={(chosen) => onChange(row.id, { chosen })}>
                <span className="visually-hidden">{t`Choose ${row.made.title}`}</span>
              </Checkbox>
            ),
          },
          { id: "title", title: t`Title`, grows: true, main: true, cell: ({ made, error }) => <About made={made} error={error} /> },
          { id: "name", title: t`Name`, cell: (row) => <Name row={row} saving={saving} onName={(name) => onChange(row.id, { name, error: null })} /> },
          {
            id: "compose",
            title: <span className="visually-hidden">{t`Actions`}</span>,
            cell: ({ made }) => made.compose !== null && <Button small onClick={() => setShown(made)} aria-label={t`Compose file of ${made.title}`}><Trans>Compose file</Trans></Button>,
          },
        ]}
      />
      {shown !== null && (
        <Dialog open wide onClose={() => setShown(null)} title={shown.title} footer={<Button onClick={() => setShown(null)}><Trans>Close</Trans></Button>}>
          <CodeView text={shown.compose ?? ""} label={t`Compose file`} />
        </Dialog>
      )}
    </>
  );
}

/** What it is, what to know about it, and why it cannot be saved or was not. */
function About({ made: { title, description, notes, problem }, error }: { made: ConvertedTemplate; error: Error | null }): ReactElement {
  return (
    <div className={css.lines}>
      <strong>{title}</strong>
      {description !== null && <span className={css.soft}>{description}</span>}
      {notes.length > 0 && <ul className={css.small}>{notes.map((note, index) => <li key={index}><Said message={note} /></li>)}</ul>}
      {problem !== null && <span><Chip tone="warn"><Trans>Left out</Trans></Chip> <Said message={problem} /></span>}
      {error !== null && <div role="alert"><ProblemText error={error} /></div>}
    </div>
  );
}

function Name({ row, saving, onName }: { row: Row; saving: boolean; onName: (name: string) => void }): ReactElement | null {
  const { t } = useLingui();
  const { name, made, saved } = row;
  if (saved) return <span className={css.row}><Link to="/templates/$template" params={{ template: name }}><strong>{name}</strong></Link><Chip tone="good"><Trans>Saved</Trans></Chip></span>;
  if (made.problem !== null) return null;
  return <Input mono value={name} onValueChange={onName} readOnly={saving} maxLength={40} aria-label={t`Name of ${made.title}`} autoComplete="off" spellCheck={false} />;
}
