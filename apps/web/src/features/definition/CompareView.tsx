import { ProblemNote } from "@/text/ProblemNote";
import { Button } from "@/ui/Button";
import { MergeView } from "@/ui/code/lazy";
import { Skeleton } from "@/ui/Empty";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { snapshotQuery } from "./snapshot";
import css from "./OpenFile.module.css";

export interface Comparison {
  stackId: string;
  version: number;
  label: string;
}

/** How a file differs from a saved version. */
export function CompareView({ comparison, path, text }: { comparison: Comparison; path: string; text: string }): ReactElement {
  const { t } = useLingui();
  const { stackId, version } = comparison;
  const { data, error, refetch } = useQuery(snapshotQuery(stackId, version));
  if (error !== null) return <ProblemNote error={error} actions={<Button onClick={() => void refetch()}><Trans>Try again</Trans></Button>} />;
  if (data === undefined) return <Skeleton lines={10} label={t`Loading version ${version}`} />;
  const before = data.snapshot.files[path];
  if (before !== undefined && before.kind !== "text") return <p className={css.note}><Trans>In v{version} this file is no text.</Trans></p>;
  if (before?.text === text) return <p className={css.note}><Trans>The file is as it is in v{version}.</Trans></p>;
  return (
    <MergeView
      before={before?.text ?? ""}
      after={text}
      path={path}
      label={t`Differences between v${version} and the draft`}
      heads={[<Trans key="before">v{version}</Trans>, <Trans key="after">Draft</Trans>]}
    />
  );
}

