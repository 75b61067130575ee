import { CATEGORIES, grouped } from "@/features/catalog/categories";
import { EntryCards } from "@/features/catalog/EntryCards";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Input, Select } from "@/ui/Field";
import { Panel } from "@/ui/Page";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Plus } from "lucide-react";
import { useState, type ReactElement } from "react";
import { useWizard } from "./context";
import css from "./AddView.module.css";

/** The catalogue, to choose the next component from. */
export function AddView(): ReactElement {
  const { t } = useLingui();
  const { catalogue, choices, add, go } = useWizard();
  const [text, setText] = useState("");
  const [category, setCategory] = useState("");
  const entries = [...catalogue.values()];
  const groups = grouped(entries.filter((entry) => category === "" || entry.category === category), text);
  const found = groups.reduce((sum, group) => sum + group.entries.length, 0);
  const known = grouped(entries, "").map((group) => group.category);
  const word = (id: string) => (CATEGORIES[id] === undefined ? id : t(CATEGORIES[id]));
  return (
    <>
      <h2 className={css.title}>{choices.components.length === 0 ? <Trans>What does your stack begin with?</Trans> : <Trans>What else does your stack need?</Trans>}</h2>
      <div className={css.filters}>
        <Input type="search" aria-label={t`Search the catalogue`} placeholder={t`Search the catalogue`} value={text} onValueChange={setText} />
        <Select label={t`Category`} value={category} choices={[{ value: "", label: t`All categories` }, ...known.map((id) => ({ value: id, label: word(id) }))]} onChange={setCategory} />
        <span role="status">{plural(found, { one: "# entry", other: "# entries" })}</span>
      </div>
      {found === 0 && (
        <Panel>
          <Empty title={<Trans>Nothing is called so</Trans>} actions={<Button onClick={() => { setText(""); setCategory(""); }}><Trans>Show the whole catalogue</Trans></Button>}>
            <Trans>“Your own image” runs any image, and what it needs can be connected to it.</Trans>
          </Empty>
        </Panel>
      )}
      <EntryCards
        groups={groups}
        action={(entry) => (
          <Button small icon={<Plus size={14} />} aria-label={t`Add ${entry.name}`} onClick={() => go({ kind: "component", key: add(entry) })}><Trans>Add</Trans></Button>
        )}
      />
    </>
  );
}
