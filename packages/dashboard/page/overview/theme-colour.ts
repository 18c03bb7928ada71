// The colours of the style sheet for what is drawn on a canvas, which knows no tokens.

import { useEffect, useState } from "react";

/** @param token such as `--failed-fill`; as the theme of now has it. */
export function resolvedColour(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Rises with each change of the theme, by the reader or the system. */
export function useThemeVersion(): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const rise = (): void => setVersion((before) => before + 1);
    const observer = new MutationObserver(rise);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", rise);
    return () => {
      observer.disconnect();
      system.removeEventListener("change", rise);
    };
  }, []);
  return version;
}
