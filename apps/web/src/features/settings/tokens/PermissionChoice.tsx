import type { Permission, Role } from "@/api/generated";
import { Checkbox } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { standingOf, type Standing } from "./rights";
import css from "./Tokens.module.css";
import { FILES_OF_VIEWER, PERMISSION_NAMES, PERMISSIONS } from "./words";

/** What the holder may do beside the role. What the role decides alone says so. */
export function PermissionChoice({ role, value, onChange }: { role: Role; value: readonly Permission[]; onChange: (permissions: Permission[]) => void }): ReactElement {
  const { t } = useLingui();
  return (
    <fieldset className={css.group}>
      <legend><Trans>Extra permissions</Trans></legend>
      {PERMISSION_NAMES.map((permission) => {
        const standing = standingOf(role, permission);
        const { name, about } = PERMISSIONS[permission];
        return (
          <Checkbox
            key={permission}
            checked={standing === "included" || (standing === "free" && value.includes(permission))}
            disabled={standing !== "free"}
            onChange={(on) => onChange(on ? [...value, permission] : value.filter((one) => one !== permission))}
            help={<>{t(role === "viewer" && permission === "files" ? FILES_OF_VIEWER : about)} <Reason standing={standing} /></>}
          >
            {t(name)}
          </Checkbox>
        );
      })}
    </fieldset>
  );
}

function Reason({ standing }: { standing: Standing }): ReactElement | null {
  if (standing === "included") return <Trans>An administrator may always do this.</Trans>;
  return standing === "useless" ? <Trans>This needs at least the operator role.</Trans> : null;
}
