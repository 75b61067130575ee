import { clockTime } from "@/text/dates";
import { Said } from "@/text/said";
import { classes } from "@/ui/classes";
import { memo, type ReactElement } from "react";
import type { Row } from "./buffer";
import { marked, type Part } from "./marked";
import { spans } from "./ansi";
import css from "./LogRow.module.css";

export interface RowLook {
  timestamps: boolean;
  wrap: boolean;
  /** Text that is marked. */
  find: string;
  /** Whether each line says which service wrote it. */
  service: boolean;
}

export const LogRow = memo(function LogRow({ row, look, current }: { row: Row; look: RowLook; current: boolean }): ReactElement {
  if (row.kind === "mark") {
    return (
      <div className={classes(css.row, css.mark, row.bad && css.badMark)}>
        {row.container !== null && <span>{row.container.container}: </span>}<Said message={row.message} />
      </div>
    );
  }
  const { line } = row;
  return (
    <div className={classes(css.row, !look.wrap && css.long, line.stream === "stderr" && css.stderr, current && css.current)}>
      {look.timestamps && <time className={css.time} dateTime={line.at}>{clockTime(Date.parse(line.at))} </time>}
      {look.service && <span className={classes(css.service, css[colour(line.service ?? line.container)])}>{line.service ?? line.container}{line.slot !== null && line.slot > 1 ? `-${line.slot}` : ""} </span>}
      <span>{parts(line.text, look.find).map((part, index) => <Piece key={index} part={part} />)}</span>
    </div>
  );
});

function Piece({ part }: { part: Part }): ReactElement {
  const look = classes(...part.style.map((name) => css[name]));
  return part.hit ? <mark className={classes(css.hit, look)}>{part.text}</mark> : <span className={look}>{part.text}</span>;
}

function parts(text: string, find: string): readonly Part[] {
  return marked(spans(text), find);
}

/** The same service has the same colour on every page and after every reload. */
function colour(name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9_973;
  return `service${sum % 6}`;
}
