import { AnchorButton } from "@/ui/AnchorButton";
import { Button, IconButton } from "@/ui/Button";
import { Input, Select, Switch } from "@/ui/Field";
import { Trans, useLingui } from "@lingui/react/macro";
import { ChevronDown, ChevronUp, Download, Eraser, Pause, Play } from "lucide-react";
import { useEffect, useState, type ReactElement } from "react";
import type { Find } from "./useFind";
import { downloadAddress, type LogSource } from "./useLogs";
import css from "./LogToolbar.module.css";

export interface LogLook {
  timestamps: boolean;
  wrap: boolean;
  find: string;
}

export function LogToolbar({ source, onSource, services, look, onLook, paused, onPaused, find, onClear }: {
  source: LogSource;
  onSource: (source: LogSource) => void;
  services: readonly string[];
  look: LogLook;
  onLook: (look: LogLook) => void;
  paused: boolean;
  onPaused: (paused: boolean) => void;
  find: Find;
  onClear: () => void;
}): ReactElement {
  const { t } = useLingui();
  return (
    <div className={css.bar} role="toolbar" aria-label={t`Log`}>
      {services.length > 1 && (
        <Select
          label={t`Service`}
          value={source.services.length === 1 ? (source.services[0] ?? "") : ""}
          choices={[{ value: "", label: t`All services` }, ...services.map((service) => ({ value: service, label: service }))]}
          onChange={(service) => onSource({ ...source, services: service === "" ? [] : [service] })}
        />
      )}
      <Select
        label={t`Lines to begin with`}
        value={String(source.tail)}
        choices={[100, 1_000, 10_000].map((count) => ({ value: String(count), label: t`last ${count}` }))}
        onChange={(tail) => onSource({ ...source, tail: Number(tail) })}
      />
      <ServerFilter value={source.grep} onChange={(grep) => onSource({ ...source, grep })} />
      <FindBox look={look} onLook={onLook} find={find} />
      <Switch checked={look.timestamps} onChange={(timestamps) => onLook({ ...look, timestamps })}><Trans>Times</Trans></Switch>
      <Switch checked={look.wrap} onChange={(wrap) => onLook({ ...look, wrap })}><Trans>Wrap</Trans></Switch>
      <span className={css.space} />
      <Button icon={paused ? <Play size={14} /> : <Pause size={14} />} onClick={() => onPaused(!paused)}>{paused ? t`Follow` : t`Pause`}</Button>
      <IconButton label={t`Clear the view`} icon={<Eraser size={15} />} onClick={onClear} />
      <AnchorButton href={downloadAddress(source)} download icon={<Download size={14} />}><Trans>Download</Trans></AnchorButton>
    </div>
  );
}

/** Sent to the server when the typing pauses: it looks in everything there is. */
function ServerFilter({ value, onChange }: { value: string; onChange: (value: string) => void }): ReactElement {
  const { t } = useLingui();
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onChange(text), 400);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return <Input type="search" className={css.filter} aria-label={t`Only lines with`} placeholder={t`Only lines with…`} value={text} onValueChange={setText} />;
}

function FindBox({ look, onLook, find }: { look: LogLook; onLook: (look: LogLook) => void; find: Find }): ReactElement {
  const { t } = useLingui();
  return (
    <span className={css.find}>
      <Input
        type="search"
        className={css.filter}
        aria-label={t`Find in the view`}
        placeholder={t`Find…`}
        value={look.find}
        onValueChange={(text) => onLook({ ...look, find: text })}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          if (event.shiftKey) find.previous();
          else find.next();
        }}
      />
      {look.find !== "" && (
        <>
          <span role="status" className={css.hits}>{find.place > 0 ? `${find.place}/${find.hits}` : find.hits}</span>
          <IconButton small label={t`Previous hit`} icon={<ChevronUp size={14} />} onClick={find.previous} />
          <IconButton small label={t`Next hit`} icon={<ChevronDown size={14} />} onClick={find.next} />
        </>
      )}
    </span>
  );
}
