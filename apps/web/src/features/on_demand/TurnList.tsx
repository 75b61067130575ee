import { openProgress } from "@/features/commands/progress";
import { Ago } from "@/text/Ago";
import { duration } from "@/text/dates";
import { COMMAND_KINDS } from "@/text/kinds";
import { commandLook } from "@/text/states";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Empty } from "@/ui/Empty";
import { Row, RowLine, RowNote, Rows } from "@/ui/Rows";
import { TextButton } from "@/ui/TextButton";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Moon, Sun } from "lucide-react";
import { useState, type ReactElement } from "react";
import type { Turn } from "./history";
import { causeText, failureText } from "./words";

const SHOWN = 10;

/** What woke it and what put it to sleep, each with its cause. */
export function TurnList({ turns }: { turns: readonly Turn[] }): ReactElement {
  const [all, setAll] = useState(false);
  if (turns.length === 0) return <Empty title={<Trans>It has neither woken nor been put to sleep yet</Trans>} />;
  const shown = all ? turns : turns.slice(0, SHOWN);
  const rest = turns.length - shown.length;
  return (
    <Rows ordered>
      {shown.map((turn) => <TurnRow key={turn.id} turn={turn} />)}
      {rest > 0 && <Row><Button small look="quiet" onClick={() => setAll(true)}>{plural(rest, { one: "Show # more", other: "Show # more" })}</Button></Row>}
    </Rows>
  );
}

function TurnRow({ turn }: { turn: Turn }): ReactElement {
  const { t } = useLingui();
  const { command, start, kind, cause, by } = turn;
  const word = kind === "wake" ? t(COMMAND_KINDS.WAKE) : t(COMMAND_KINDS.SLEEP);
  const look = command === null || command.status === "DONE" ? null : commandLook(command);
  const took = start === null || start.failure !== null ? null : duration((start.until_running_seconds + start.until_ready_seconds) * 1_000);
  const title = command === null ? <strong>{word}</strong> : <TextButton onClick={() => openProgress(command.command_id)}>{word}</TextButton>;
  const why = cause === null ? (by === null ? null : causeText({ why: "person", service: "", host: null, other: null, path: null, seconds: null }, by)) : causeText(cause, by);
  return (
    <Row lead={kind === "wake" ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />}>
      <RowLine>
        {title}
        {look !== null && <Chip tone={look.tone}>{t(look.word)}</Chip>}
        <Ago at={turn.at} />
        {took !== null && <RowNote><Trans>answered after {took}</Trans></RowNote>}
      </RowLine>
      {why !== null && <RowNote>{why}</RowNote>}
      {start !== null && start.failure !== null && <RowNote bad>{failureText(start.failure)}</RowNote>}
    </Row>
  );
}
