import type { OnDemandPrediction } from "@/api/generated";
import { Ago, Remaining } from "@/text/Ago";
import { Chip } from "@/ui/Chip";
import { Empty } from "@/ui/Empty";
import { Row, RowLine, Rows } from "@/ui/Rows";
import { Button } from "@/ui/Button";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ReactElement } from "react";
import { OUTCOMES } from "./words";

const SHOWN = 6;

/** Starts that nobody had asked for, and whether somebody came. */
export function PredictionList({ predictions, next }: { predictions: readonly OnDemandPrediction[]; next: string | null }): ReactElement {
  const { t } = useLingui();
  const [all, setAll] = useState(false);
  if (predictions.length === 0 && next === null) {
    return <Empty title={<Trans>It has never been started ahead of a use</Trans>}><Trans>That begins once a comparison shows that it would have paid in the last two weeks.</Trans></Empty>;
  }
  const shown = all ? predictions : predictions.slice(0, SHOWN);
  const rest = predictions.length - shown.length;
  return (
    <Rows ordered>
      {next !== null && <Row><RowLine><Chip tone="busy"><Trans>next</Trans></Chip><span><Trans>in <Remaining until={next} /></Trans></span></RowLine></Row>}
      {shown.map(({ at, outcome }, index) => (
        <Row key={`${at} ${index}`}>
          <RowLine>
            {outcome === null ? <Chip tone="calm"><Trans>not known yet</Trans></Chip> : <Chip tone={OUTCOMES[outcome].tone}>{t(OUTCOMES[outcome].word)}</Chip>}
            <Ago at={at} />
          </RowLine>
        </Row>
      ))}
      {rest > 0 && <Row><Button small look="quiet" onClick={() => setAll(true)}>{plural(rest, { one: "Show # more", other: "Show # more" })}</Button></Row>}
    </Rows>
  );
}
