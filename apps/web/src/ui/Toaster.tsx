import { Toast } from "@base-ui/react/toast";
import { useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { IconButton } from "./Button";
import { Mark, type Tone } from "./Chip";
import css from "./Toaster.module.css";

const manager = Toast.createToastManager<{ tone: Tone; action?: ReactNode }>();

/** Says something in the corner. A second one with the same id replaces the first. Bad news stays until it is closed. */
export function notify(notice: { id?: string; tone: Tone; title: ReactNode; text?: ReactNode; action?: ReactNode }): void {
  manager.add({
    id: notice.id,
    title: notice.title,
    description: notice.text,
    timeout: notice.tone === "bad" ? 0 : 6_000,
    // "high" says it twice and hides the notice itself from screen readers, with the buttons in it.
    priority: "low",
    data: { tone: notice.tone, action: notice.action },
  });
}

/** Where the notices appear: at most four, the newest on top, waiting while they are pointed at. */
export function Toaster(): ReactElement {
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className={css.viewport}>
          <Notices />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Notices(): ReactElement[] {
  const { t } = useLingui();
  const { toasts, close } = Toast.useToastManager<{ tone: Tone; action?: ReactNode }>();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={css.toast}>
      <Toast.Content className={css.content}>
        <span className={css.mark}><Mark tone={toast.data?.tone ?? "calm"} /></span>
        <div className={css.text}>
          <Toast.Title className={css.title} />
          <Toast.Description className={css.description} />
          {toast.data?.action}
        </div>
        <IconButton small label={t`Close`} icon={<X size={14} />} onClick={() => close(toast.id)} />
      </Toast.Content>
    </Toast.Root>
  ));
}
