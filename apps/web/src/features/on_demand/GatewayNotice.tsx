import type { OnDemandGateway } from "@/api/generated";
import { Ago } from "@/text/Ago";
import { Code } from "@/ui/Copy";
import { Notice } from "@/ui/Notice";
import { Trans } from "@lingui/react/macro";
import type { ReactElement } from "react";
import css from "./OnDemand.module.css";

const WITH_COMPOSE = "docker compose --project-directory deploy/compose --profile on-demand up -d";
const WITH_SYSTEMD = "systemctl enable --now core-monitor-gateway";

/** Nothing wakes and nothing is put to sleep without the gateway; nothing of that is seen but here. */
export function GatewayNotice({ gateway }: { gateway: OnDemandGateway }): ReactElement | null {
  if (gateway.runs) return null;
  return (
    <Notice tone="warn" title={gateway.seen_at === null ? <Trans>No gateway has run yet</Trans> : <Trans>The gateway does not run; it was last seen <Ago at={gateway.seen_at} /></Trans>}>
      <p><Trans>Meanwhile nothing wakes by itself and nothing is put to sleep; you can still do both here. Start <code>core-monitor-gateway</code> beside the server, with the same settings and data folder:</Trans></p>
      <ul className={css.ways}>
        <li><Code>{WITH_COMPOSE}</Code></li>
        <li><Code>{WITH_SYSTEMD}</Code></li>
      </ul>
      <p><Trans>More of it is in <code>docs/reference/on-demand.md</code>.</Trans></p>
    </Notice>
  );
}
