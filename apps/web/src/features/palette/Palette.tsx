import { useMay } from "@/access/useMay";
import { PAGE } from "@/api/all_pages";
import type { StackContainer } from "@/api/generated";
import { listCommandsOptions, listContainersOptions } from "@/api/generated/@tanstack/react-query.gen";
import { useAllStacks } from "@/features/stacks/useAllStacks";
import { usePower, useRefused } from "@/features/stacks/actions";
import { useSettled } from "@/ui/settled";
import { setPaletteOpen } from "@/app/shell/palette";
import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState, type ReactElement } from "react";
import { commandEntries, containerEntries, pageEntries, stackEntries, type PaletteEntry } from "./entries";
import { rank } from "./rank";
import css from "./Palette.module.css";

/** Entries shown at once; more letters find the others. */
const SHOWN = 40;

/** Finds anything by a few letters, and does it. */
export function Palette(): ReactElement {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const entries = useEntries(text);
  const found = useMemo(() => rank(entries, text, SHOWN), [entries, text]);
  return (
    <Dialog.Root open onOpenChange={(open) => { if (!open) setPaletteOpen(false); }}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css.backdrop} />
        <Dialog.Popup className={css.popup} aria-label={t`Search and act`}>
          <Autocomplete.Root
            inline
            open
            items={found}
            value={text}
            onValueChange={setText}
            filter={null}
            autoHighlight="always"
            keepHighlight
            itemToStringValue={(entry: PaletteEntry) => entry.label}
          >
            <Autocomplete.Input className={css.input} placeholder={t`Search pages, stacks, containers and actions`} aria-label={t`Search and act`} />
            <Autocomplete.Empty className={css.empty}><Trans>Nothing is called so</Trans></Autocomplete.Empty>
            <Autocomplete.List className={css.list}>
              {(entry: PaletteEntry) => (
                <Autocomplete.Item
                  key={entry.id}
                  value={entry}
                  className={css.item}
                  aria-disabled={entry.disabledReason !== undefined || undefined}
                  onClick={() => choose(entry)}
                >
                  <span className={css.label}>
                    {entry.label}
                    {entry.disabledReason !== undefined && <span className={css.reason}>{entry.disabledReason}</span>}
                  </span>
                  <span className={css.kind}>{entry.kind}</span>
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Letters from which on containers are looked for: fewer would find nearly all of them. */
const LETTERS = 2;

/** Milliseconds without a key after which they are looked for. */
const PAUSE = 120;

/** Containers in whose name, service or image the longest of the words occurs; the server looks for them, so that they are not all read. */
function useContainersCalled(text: string): readonly StackContainer[] | undefined {
  const word = useSettled(text, PAUSE).trim().toLowerCase().split(/\s+/).reduce((longest, each) => (each.length > longest.length ? each : longest), "");
  const mayList = useMay()("list_containers") === undefined;
  const query = useQuery({
    ...listContainersOptions({ query: { text: word, limit: PAGE } }),
    enabled: word.length >= LETTERS && mayList,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  return query.data?.items;
}

function choose(entry: PaletteEntry): void {
  if (entry.disabledReason !== undefined) return;
  setPaletteOpen(false);
  entry.run();
}

function useEntries(text: string): readonly PaletteEntry[] {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { mutate } = usePower();
  const may = useMay();
  const refused = useRefused();
  const { items: stacks } = useAllStacks();
  const containers = useContainersCalled(text);
  const { data: commands } = useQuery({ ...listCommandsOptions({ query: { limit: 20 } }), enabled: may("list_commands") === undefined });
  return useMemo(() => {
    const names = new Map(stacks?.map((stack) => [stack.stack_id, stack.name]));
    return [
      ...pageEntries(navigate, t, may),
      ...stackEntries(stacks ?? [], navigate, t, (stack, action) => mutate({ stack, action }), may, refused),
      ...containerEntries(containers ?? [], navigate, t),
      ...commandEntries(commands?.items ?? [], (id) => (id === null ? "" : (names.get(id) ?? "")), t),
    ];
  }, [stacks, containers, commands, navigate, t, mutate, may, refused]);
}
