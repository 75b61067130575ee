// Start, stop and restart, asked for first where they interrupt something that runs.

import type { StackStatus } from "@/api/generated";
import { useState, type ReactElement } from "react";
import { usePower, type PowerAction } from "./actions";
import { PowerDialog, type PowerQuestion } from "./PowerDialog";
import { interruptedBy } from "./stack";

interface Named {
  stack_id: string;
  name: string;
}

export interface AskedPower {
  ask: (action: PowerAction, service?: string) => void;
  pending: PowerAction | null;
  /** To be rendered once, anywhere in the page. */
  dialog: ReactElement;
}

/** Without a status it is not known what runs, so it asks. */
export function useAskedPower(stack: Named, status: StackStatus | undefined): AskedPower {
  const power = usePower();
  const [question, setQuestion] = useState<PowerQuestion | null>(null);
  const send = (action: PowerAction, service?: string) => {
    setQuestion(null);
    power.mutate({ stack, action, ...(service !== undefined && { service }) });
  };
  const ask = (action: PowerAction, service?: string) => {
    const harmless = action === "start" || (status !== undefined && interruptedBy(status, service).containers === 0);
    if (harmless) send(action, service);
    else setQuestion({ action, service });
  };
  return {
    ask,
    pending: power.isPending ? power.variables.action : null,
    dialog: (
      <PowerDialog
        stack={stack}
        status={status}
        question={question}
        onClose={() => setQuestion(null)}
        onConfirm={() => { if (question !== null) send(question.action, question.service); }}
      />
    ),
  };
}
