import { Button } from "@/ui/Button";
import { Field, Input } from "@/ui/Field";
import { Empty, Skeleton } from "@/ui/Empty";
import { Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { SquareTerminal } from "lucide-react";
import { lazy, Suspense, useState, type FormEvent, type ReactElement, type ReactNode } from "react";
import css from "./TerminalPanel.module.css";

const Terminal = lazy(async () => ({ default: (await import("./Terminal")).Terminal }));

/** What is started if nothing else is asked for: nearly every image has it. */
const SHELL = "/bin/sh";

/**
 * Asks which command, and opens it: a terminal starts something in a container, so it never opens by itself. `choice` stands before
 * the command: the container, where there are several.
 */
export function TerminalPanel({ containerId, choice }: { containerId: string; choice?: ReactNode }): ReactElement {
  const { t } = useLingui();
  const [command, setCommand] = useState(SHELL);
  const [user, setUser] = useState("");
  const [open, setOpen] = useState<{ containerId: string; command: readonly string[]; user: string; number: number } | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setOpen((before) => ({ containerId, command: words(command), user: user.trim(), number: (before?.number ?? 0) + 1 }));
  };
  return (
    <>
      <form className={css.form} onSubmit={submit}>
        {choice}
        <Field label={<Trans>Command</Trans>}><Input mono value={command} onValueChange={setCommand} required list="shells" autoComplete="off" /></Field>
        <datalist id="shells"><option value="/bin/sh">/bin/sh</option><option value="bash">bash</option><option value="ash">ash</option></datalist>
        <Field label={<Trans>User</Trans>}><Input value={user} onValueChange={setUser} placeholder={t`as the image says`} autoComplete="off" /></Field>
        <Button type="submit" look="primary"><Trans>Open</Trans></Button>
      </form>
      {open?.containerId !== containerId ? (
        <Panel>
          <Empty icon={<SquareTerminal size={28} />} title={<Trans>No terminal is open</Trans>}>
            <Trans>Opening one starts the command in the container. It ends when you leave this page.</Trans>
          </Empty>
        </Panel>
      ) : (
        <Suspense fallback={<Skeleton label={t`Loading the terminal`} />}>
          <Terminal key={open.number} containerId={containerId} command={open.command} user={open.user} />
        </Suspense>
      )}
    </>
  );
}

/** The words of a command; quotes keep spaces together. No shell reads it, so nothing else is special. */
export function words(command: string): string[] {
  const found = command.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return found.map((word) => (/^(["']).*\1$/.test(word) ? word.slice(1, -1) : word));
}
