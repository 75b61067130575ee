import type { SpoofedObject } from "@/api/generated";
import { shortId } from "@/text/sizes";
import { Code } from "@/ui/Copy";
import { Notice } from "@/ui/Notice";
import { msg, plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "./Notes.module.css";

const KINDS = { container: msg`container`, network: msg`network`, volume: msg`volume` } as const;

/** Objects that claim to belong to the stack. They count for nothing, which has to be said, or the figures look wrong. */
export function SpoofedNotice({ spoofed }: { spoofed: readonly SpoofedObject[] }): ReactElement {
  const { t } = useLingui();
  const count = spoofed.length;
  return (
    <Notice
      tone="warn"
      title={plural(count, { one: "# object carries the labels of this stack, and Core Monitor did not create it", other: "# objects carry the labels of this stack, and Core Monitor did not create them" })}
    >
      <p><Trans>They are never touched and count for nothing here. Remove them with docker, or take their labels away.</Trans></p>
      <ul className={css.list}>
        {spoofed.map((object) => (
          <li key={object.id}>
            {t(KINDS[object.kind])} <Code>{object.name}</Code> <span className={css.soft}>{shortId(object.id)}{object.image !== null && ` · ${object.image}`}</span>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
