import type { OnDemandService } from "@/api/generated";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Moon } from "lucide-react";
import type { ReactElement } from "react";
import { nameOf } from "./useChange";

/** Somebody is inside: what ends is said before it does. */
export function SleepDialog({ service, onClose, onConfirm }: { service: OnDemandService; onClose: () => void; onConfirm: () => void }): ReactElement {
  const { t } = useLingui();
  const name = nameOf(service);
  const { in_flight: inside, waiting } = service;
  const others = service.wakes_with.filter((each) => each !== service.service);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Put ${name} to sleep?`}
      footer={
        <>
          <Button onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button look="danger" icon={<Moon size={14} />} onClick={onConfirm}><Trans>Put to sleep</Trans></Button>
        </>
      }
    >
      {inside > 0 && <p>{plural(inside, { one: "# request or connection inside it ends with it.", other: "# requests and connections inside it end with it." })}</p>}
      {waiting > 0 && <p>{plural(waiting, { one: "# request waits for it, and will wake it again.", other: "# requests wait for it, and will wake it again." })}</p>}
      {others.length > 0 && <p><Trans>With it sleeps what nothing else needs: {others.join(", ")}.</Trans></p>}
      <p><Trans>It wakes at the next request.</Trans></p>
    </Dialog>
  );
}
