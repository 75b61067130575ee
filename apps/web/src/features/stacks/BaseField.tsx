import { Field, Select } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import type { Base } from "./base";

/** Which version a change is made from, where that is in doubt. */
export function BaseField({ base, onChoose, latest }: { base: Base; onChoose: (version: number) => void; latest: number }): ReactElement | null {
  const { t } = useLingui();
  if (base.choices.length < 2) return null;
  return (
    <Field
      label={<Trans>Made from</Trans>}
      help={base.version === latest ? <Trans>What v{latest} changes is applied, too.</Trans> : <Trans>What v{latest} changes is left out.</Trans>}
    >
      <Select
        value={String(base.version)}
        choices={base.choices.map((version) => ({ value: String(version), label: version === latest ? t`v${version}, newest` : t`v${version}, applied` }))}
        onChange={(version) => onChoose(Number(version))}
      />
    </Field>
  );
}
