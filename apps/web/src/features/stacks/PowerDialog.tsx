import { showStackStatusOptions } from "@/api/generated/@tanstack/react-query.gen";
import type { StackStatus } from "@/api/generated";
import { useOnDemandOf } from "@/features/on_demand/useOnDemand";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { POWER, type PowerAction } from "./actions";
import { NameList } from "./NameList";
import { hostSide } from "./services/port";
import { interruptedBy } from "./stack";

export interface PowerQuestion {
  action: PowerAction;
  /** Without one, the whole stack. */
  service: string | undefined;
}

/** Names what stops working before it does. */
export function PowerDialog({ stack, status: known, question, onClose, onConfirm }: {
  stack: { stack_id: string; name: string };
  /** What runs, where the page knows it already. */
  status: StackStatus | undefined;
  question: PowerQuestion | null;
  onClose: () => void;
  onConfirm: () => void;
}): ReactElement {
  const { t } = useLingui();
  const asked = useQuery({ ...showStackStatusOptions({ path: { id: stack.stack_id } }), enabled: question !== null && known === undefined });
  const status = known ?? asked.data;
  const action = question?.action ?? "stop";
  const wakes = useOnDemandOf(stack.stack_id, question !== null)?.filter(({ service }) => question?.service === undefined || service === question.service).map(({ service }) => service) ?? [];
  const what = question?.service ?? stack.name;
  const stops = action === "stop";
  return (
    <Dialog
      open={question !== null}
      onClose={onClose}
      title={stops ? t`Stop ${what}?` : t`Restart ${what}?`}
      footer={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button look={stops ? "danger" : "primary"} icon={POWER[action].icon} onClick={onConfirm}>{t(POWER[action].word)}</Button>
        </>
      }
    >
      {status !== undefined && <Interrupted status={status} service={question?.service} />}
      <p>
        {stops && wakes.length > 0 ? (
          <Trans>The containers stay, with their data. What wakes on demand starts again at its next request: {wakes.join(", ")}.</Trans>
        ) : stops ? (
          <Trans>The containers stay, with their data, until you start them again.</Trans>
        ) : (
          <Trans>Each container is stopped and started again, as it is: nothing is replaced, and no new version is applied.</Trans>
        )}
      </p>
    </Dialog>
  );
}

function Interrupted({ status, service }: { status: StackStatus; service: string | undefined }): ReactElement {
  const { services, containers, ports } = interruptedBy(status, service);
  if (containers === 0) return <p><Trans>Nothing of it runs at the moment.</Trans></p>;
  return (
    <>
      <p>{plural(containers, { one: "# running container is interrupted:", other: "# running containers are interrupted:" })}</p>
      <NameList names={services} />
      {ports.length > 0 && (
        <>
          <p><Trans>These ports of the host do not answer meanwhile:</Trans></p>
          <NameList names={ports.map(hostSide)} />
        </>
      )}
    </>
  );
}
