import type { StackDetails, VersionSummary } from "@/api/generated";
import { ButtonLink } from "@/app/ButtonLink";
import { useRefused } from "@/features/stacks/actions";
import { useAhead } from "@/features/stacks/last_command";
import { RevertLink, revertSearch } from "@/features/stacks/RevertLink";
import { Ago } from "@/text/Ago";
import { Marked } from "@/text/said";
import { shortId } from "@/text/sizes";
import { IconButton } from "@/ui/Button";
import { Menu, type MenuEntry } from "@/ui/Menu";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useNavigate } from "@tanstack/react-router";
import { Ellipsis, GitCompare, Rocket, Tag, Undo2 } from "lucide-react";
import type { ReactElement } from "react";
import { isBack, useOutcome, type Outcome } from "./outcome";
import { VersionMarks } from "./VersionMarks";
import css from "./VersionRow.module.css";

/** One version in the history: who saved it, why, what it is, and the way to it. */
export function VersionRow({ stack, version, onTag }: { stack: StackDetails; version: VersionSummary; onTag: () => void }): ReactElement {
  const { t } = useLingui();
  const { version: number, metadata } = version;
  const params = { stackId: stack.stack_id };
  const outcome = useOutcome(stack.stack_id, version, stack.current_version);
  const reverts = useAhead(stack).back !== null && number === stack.current_version;
  const entries = useEntries(stack, version, reverts, onTag);
  return (
    <li className={css.row}>
      <div className={css.main}>
        <div className={css.head}>
          <Link to="/stacks/$stackId/versions/$version" params={{ ...params, version: String(number) }} className={css.number}>v{number}</Link>
          <VersionMarks version={version} outcome={outcome} stack={stack} />
          <span className={metadata.comment === "" ? css.soft : css.comment}>{metadata.comment === "" ? t`no comment` : <Marked text={metadata.comment} />}</span>
        </div>
        <div className={css.meta}>
          <span>{metadata.author.name}</span>
          <Ago at={metadata.created_at} />
          <span title={version.services.join(", ")}>{plural(version.services.length, { one: "# service", other: "# services" })}</span>
          {number > 1 && (
            <Link to="/stacks/$stackId/compare" params={params} search={{ from: number - 1, to: number }}><Trans>what it changed</Trans></Link>
          )}
        </div>
        {version.images.length > 0 && <Images images={version.images} />}
      </div>
      <div className={css.actions}>
        {reverts && <RevertLink stack={stack} small brief />}
        <ApplyLink stack={stack} number={number} outcome={outcome} />
        <Menu trigger={<IconButton small label={t`Actions for v${number}`} icon={<Ellipsis size={16} />} />} entries={entries} />
      </div>
    </li>
  );
}

function ApplyLink({ stack, number, outcome }: { stack: StackDetails; number: number; outcome: Outcome }): ReactElement | null {
  const applied = stack.current_version;
  const refused = useRefused();
  if (number === applied || outcome.open !== undefined) return null;
  const back = isBack(number, applied, outcome.ran);
  return (
    <ButtonLink
      small
      to="/stacks/$stackId/plan"
      params={{ stackId: stack.stack_id }}
      search={{ version: number, purpose: back ? "rollback" : "apply" }}
      icon={back ? <Undo2 size={14} /> : <Rocket size={14} />}
      disabledReason={refused(stack, "make_plan")}
    >
      {back ? <Trans>Roll back…</Trans> : <Trans>Apply…</Trans>}
    </ButtonLink>
  );
}

/** Which images it ran with when it was applied last: what a rollback brings back, to the digest. */
function Images({ images }: { images: VersionSummary["images"] }): ReactElement {
  return (
    <details className={css.images}>
      <summary>{plural(images.length, { one: "# image of its last release", other: "# images of its last release" })}</summary>
      <ul>
        {images.map((image) => (
          <li key={image.service}>
            {image.service}: <code>{image.reference}</code>
            {image.digest !== null && <code className={css.soft} title={image.digest}> @{shortId(image.digest.split("@").at(-1) ?? image.digest)}</code>}
          </li>
        ))}
      </ul>
    </details>
  );
}

function useEntries(stack: StackDetails, { version, tag }: VersionSummary, reverts: boolean, onTag: () => void): MenuEntry[] {
  const { t } = useLingui();
  const navigate = useNavigate();
  const refused = useRefused();
  const { current_version: applied, stack_id: stackId } = stack;
  return [
    reverts ? {
      id: "revert",
      label: t`Revert…`,
      icon: <Undo2 size={14} />,
      disabledReason: refused(stack, "make_plan"),
      onSelect: () => void navigate({ to: "/stacks/$stackId/plan", params: { stackId }, search: revertSearch(version) }),
    } : {
      id: "compare",
      label: applied === null ? t`Compare with the applied version` : t`Compare with v${applied}, applied`,
      icon: <GitCompare size={14} />,
      disabledReason: applied === null ? t`No version has been applied yet` : applied === version ? t`It is the applied version` : undefined,
      onSelect: () => void navigate({ to: "/stacks/$stackId/compare", params: { stackId }, search: { from: applied ?? 1, to: version } }),
    },
    {
      id: "tag",
      label: tag === null ? t`Tag…` : t`Change the tag…`,
      icon: <Tag size={14} />,
      disabledReason: refused(stack, "tag_version"),
      onSelect: onTag,
    },
  ];
}
