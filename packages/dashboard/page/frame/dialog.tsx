// A dialog over the page. The browser's own <dialog> keeps the focus inside and closes on Escape; the focus goes back
// to where it was. It begins at the element marked `data-focus`, or at the first that takes it.

import { type ReactNode, useEffect, useRef } from "react";

export function Dialog({
  title,
  onClose,
  wide = false,
  className = "",
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const shown = dialog.current;
    if (shown?.open === false) shown.showModal();
    shown?.querySelector<HTMLElement>("[data-focus]")?.focus();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`over dialog${wide ? " wide" : ""} ${className}`}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      {children}
    </dialog>
  );
}
