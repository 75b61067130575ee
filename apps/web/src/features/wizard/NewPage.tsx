import { OtherWays } from "@/features/create/OtherWays";
import { Button } from "@/ui/Button";
import { Page, PageHeader } from "@/ui/Page";
import { Trans } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState, type ReactElement } from "react";
import { NOTHING, type Catalogue, type Choices } from "./choices";
import { CatalogueLoader } from "./CatalogueLoader";
import { searchOf, viewOf } from "./search";
import { useAnswer } from "./useAnswer";
import { useChoices } from "./useChoices";
import { useReviewed } from "./useReviewed";
import { WizardBody } from "./WizardBody";
import { WizardContext } from "./context";

const route = getRouteApi("/stacks/new/wizard");
const KEY = "new";

/** A new stack, composed of what the catalogue has. */
export function NewPage(): ReactElement {
  return <CatalogueLoader>{(catalogue) => <NewStack catalogue={catalogue} />}</CatalogueLoader>;
}

function NewStack({ catalogue }: { catalogue: Catalogue }): ReactElement {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [begin, setBegin] = useState<Choices>(NOTHING);
  const { choices, removed, change, add } = useChoices(KEY, catalogue, begin, []);
  const { answer, error, checking, retry } = useAnswer(choices, null);
  const addAsked = useEffectEvent((id: string) => {
    const entry = catalogue.get(id);
    const view = entry === undefined ? {} : searchOf({ kind: "component", key: add(entry) });
    void navigate({ search: view, replace: true });
  });
  // Once, although React runs effects twice while developing.
  const asked = useRef<string | undefined>(undefined);
  useEffect(() => {
    const { entry } = search;
    if (entry !== undefined && asked.current !== entry) addAsked(entry);
    asked.current = entry;
  }, [search]);
  const restart = () => {
    const nothing = { ...NOTHING };
    setBegin(nothing);
    change({ kind: "begin", choices: nothing });
    void navigate({ search: {} });
  };
  const view = viewOf(search, choices.components.map((each) => each.key));
  const reviewed = useReviewed(view);
  const wizard = {
    catalogue, choices, removed, change, add, answer, error, checking, retry, view, reviewed, base: null,
    go: (next: typeof view) => void navigate({ search: searchOf(next) }),
  };
  const started = choices.name !== "" || choices.components.length > 0;
  return (
    <WizardContext value={wizard}>
      <Page wide>
        <PageHeader
          title={<Trans>Compose a stack</Trans>}
          meta={<Trans>Choose what you need. Nothing is created until you save, and nothing runs until you apply.</Trans>}
          actions={
            <>
              {started && <Button icon={<RotateCcw size={14} />} onClick={restart}><Trans>Start over</Trans></Button>}
              <OtherWays />
            </>
          }
        />
        <WizardBody />
      </Page>
    </WizardContext>
  );
}
