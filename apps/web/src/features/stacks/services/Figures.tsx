import { bytes, percent } from "@/text/sizes";
import { Sparkline } from "@/ui/Bar";
import { useLingui } from "@lingui/react/macro";
import type { ReactElement } from "react";
import { useServiceFigures } from "./figures";
import css from "./Figures.module.css";

/** CPU and memory of some containers together, with their last minutes. */
export function Figures({ containerIds, name }: { containerIds: readonly string[]; name: string }): ReactElement | null {
  const { t } = useLingui();
  const { cpu, memory, limit, cpuHistory, memoryHistory } = useServiceFigures(containerIds);
  if (cpu === null || memory === null) return null;
  return (
    <dl className={css.figures}>
      <div className={css.figure}>
        <dt>{t`CPU`}</dt>
        <dd>
          <span className={css.value}>{percent(cpu)}</span>
          <Sparkline values={cpuHistory} max={10} label={t`CPU of ${name} in the last minutes`} />
        </dd>
      </div>
      <div className={css.figure}>
        <dt>{t`Memory`}</dt>
        <dd>
          <span className={css.value}>{bytes(memory)}{limit !== null && <span className={css.limit}> / {bytes(limit)}</span>}</span>
          <Sparkline values={memoryHistory} max={limit ?? 0} label={t`Memory of ${name} in the last minutes`} />
        </dd>
      </div>
    </dl>
  );
}
