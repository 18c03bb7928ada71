// Toasts (spec §5): bottom left, one at a time, six seconds; only for what is not visible anyway.

import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { Icon } from "../drawing/icon.tsx";
import { PageLink } from "../drawing/page-link.tsx";

interface Toast {
  readonly text: string;
  readonly kind: "done" | "refused";
  /** Where more can be seen. */
  readonly to?: string;
}

const ToastContext = createContext<(toast: Toast) => void>(() => undefined);

/** Shows a toast in place of the one before. */
export function useToast(): (toast: Toast) => void {
  return useContext(ToastContext);
}

const shownMs = 6000;

export function ToastProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [toast, setToast] = useState<Toast | undefined>();
  useEffect(() => {
    if (toast === undefined) return;
    const timer = setTimeout(() => setToast(undefined), shownMs);
    return () => clearTimeout(timer);
  }, [toast]);
  const show = useCallback((next: Toast) => setToast(next), []);
  return (
    <ToastContext value={show}>
      {children}
      <div className="toast-place" role="status">
        {toast === undefined ? null : (
          <div className="over toast">
            <span className={toast.kind === "done" ? "ok" : "err"}>
              <Icon name={toast.kind === "done" ? "check" : "failed"} />
            </span>
            <span>{toast.text}</span>
            {toast.to === undefined ? null : (
              <PageLink className="link" to={toast.to}>
                Show
              </PageLink>
            )}
            <button
              type="button"
              className="btn ghost icon"
              aria-label="Close"
              onClick={() => setToast(undefined)}
            >
              <Icon name="x" />
            </button>
          </div>
        )}
      </div>
    </ToastContext>
  );
}
