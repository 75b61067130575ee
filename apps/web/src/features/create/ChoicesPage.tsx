import { PAGES_NEED } from "@/access/pages";
import { useMay } from "@/access/useMay";
import { Page, PageHeader } from "@/ui/Page";
import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Container, FileCode, FolderUp, SquareTerminal, WandSparkles } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import css from "./ChoicesPage.module.css";

/** The ways to a new stack, and what each is for. */
export function ChoicesPage(): ReactElement {
  return (
    <Page>
      <PageHeader title={<Trans>New stack</Trans>} meta={<Trans>Whichever way you take: it is saved as a version first, and nothing starts before you have seen its plan.</Trans>} />
      <ul className={css.choices}>
        <Choice to="/stacks/new/wizard" icon={<WandSparkles size={20} />} title={<Trans>Wizard</Trans>}>
          <Trans>Choose databases, servers and applications from the catalogue and connect them. The compose file writes itself beside it, with passwords, health checks and limits.</Trans>
        </Choice>
        <Choice to="/stacks/new/file" icon={<FileCode size={20} />} title={<Trans>Compose file</Trans>}>
          <Trans>Write or paste a compose file. The editor knows the format, shows the graph, and says what to reconsider while you type.</Trans>
        </Choice>
        <Choice to="/stacks/new/archive" icon={<FolderUp size={20} />} title={<Trans>Folder or archive</Trans>}>
          <Trans>Upload a whole project folder: compose files, env files, configs, and what images are built from. Also as tar, tar.gz or zip.</Trans>
        </Choice>
        <Choice to="/stacks/new/docker-run" icon={<SquareTerminal size={20} />} title={<Trans>docker run line</Trans>}>
          <Trans>Paste the command from a README. It becomes a compose file that you can look at, change and keep.</Trans>
        </Choice>
        <Choice to="/stacks/new/import" icon={<Container size={20} />} title={<Trans>Running project</Trans>}>
          <Trans>Take over what docker compose runs on this host already. Nothing is restarted.</Trans>
        </Choice>
      </ul>
    </Page>
  );
}

function Choice({ to, icon, title, children }: {
  to: "/stacks/new/wizard" | "/stacks/new/file" | "/stacks/new/archive" | "/stacks/new/docker-run" | "/stacks/new/import";
  icon: ReactNode;
  title: ReactNode;
  children: ReactNode;
}): ReactElement | null {
  const may = useMay();
  if (may(PAGES_NEED[to]) !== undefined) return null;
  return (
    <li className={css.choice}>
      <span className={css.icon} aria-hidden>{icon}</span>
      <h2 className={css.title}><Link to={to} className={css.link}>{title}</Link></h2>
      <p className={css.text}>{children}</p>
    </li>
  );
}
