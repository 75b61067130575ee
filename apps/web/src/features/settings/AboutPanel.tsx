import { showAboutOptions } from "@/api/generated/@tanstack/react-query.gen";
import { ProblemNote } from "@/text/ProblemNote";
import { bytes, number } from "@/text/sizes";
import { Skeleton } from "@/ui/Empty";
import { Code } from "@/ui/Copy";
import { Facts, Panel } from "@/ui/Page";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

/** What this installation is made of, and where its interface for programs is. */
export function AboutPanel(): ReactElement {
  const { t } = useLingui();
  const about = useQuery(showAboutOptions());
  if (about.isError) return <ProblemNote error={about.error} />;
  if (about.data === undefined) return <Panel title={<Trans>About</Trans>}><Skeleton label={t`Loading`} /></Panel>;
  const { version, api_version: api, installation_id: installation, engine, limits } = about.data;
  return (
    <Panel title={<Trans>About</Trans>}>
      <Facts
        items={[
          { id: "version", name: t`Core Monitor`, value: version },
          { id: "engine", name: t`Docker Engine`, value: engine === null ? t`not seen yet` : `${engine.version}, API ${engine.api_version}, ${engine.os}/${engine.arch}` },
          { id: "api", name: t`API`, value: <><a href="/swagger-ui/">{t`version ${api}, described in Swagger UI`}</a>, <a href="/api/v1/openapi.json">OpenAPI</a></> },
          { id: "installation", name: t`Installation`, value: <Code>{installation}</Code> },
          { id: "body", name: t`Largest definition`, value: bytes(limits.body_bytes) },
          { id: "archive", name: t`Largest archive`, value: t`${bytes(limits.archive_bytes)}, ${number(limits.archive_members)} files, ${bytes(limits.archive_unpacked_bytes)} unpacked` },
        ]}
      />
    </Panel>
  );
}
