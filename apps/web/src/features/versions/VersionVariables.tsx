import type { Version } from "@/api/generated";
import { Code } from "@/ui/Copy";
import { Panel } from "@/ui/Page";
import { Table, type Column } from "@/ui/Table";
import { Trans, useLingui } from "@lingui/react/macro";
import { Lock } from "lucide-react";
import type { ReactElement } from "react";
import css from "./VersionVariables.module.css";

interface Variable {
  name: string;
  /** Null for a secret one: its value never leaves the server. */
  value: string | null;
  /** The version in which a secret one was set. */
  setIn: number | null;
}

/** The values that `${NAME}` stands for in this version. */
export function VersionVariables({ version }: { version: Version }): ReactElement | null {
  const { t } = useLingui();
  const variables = variablesOf(version);
  if (variables.length === 0) return null;
  const columns: Column<Variable>[] = [
    { id: "name", title: t`Name`, cell: ({ name }) => <code>{name}</code> },
    { id: "value", title: t`Value`, grows: true, cell: (variable) => <Value variable={variable} /> },
  ];
  return (
    <Panel flush title={<Trans>Variables</Trans>}>
      <Table label={t`Variables`} columns={columns} rows={variables} rowKey={({ name }) => name} />
    </Panel>
  );
}

function Value({ variable: { value, setIn } }: { variable: Variable }): ReactElement {
  if (value !== null) return <Code>{value}</Code>;
  return <span className={css.secret}><Lock size={13} aria-hidden /> <Trans>secret, set in v{setIn}</Trans></span>;
}

export function variablesOf({ variables, secret_variables: secrets }: Pick<Version, "variables" | "secret_variables">): Variable[] {
  return [
    ...Object.entries(variables).map(([name, value]) => ({ name, value, setIn: null })),
    ...Object.entries(secrets).map(([name, { set_in: setIn }]) => ({ name, value: null, setIn })),
  ].toSorted((a, b) => a.name.localeCompare(b.name));
}
