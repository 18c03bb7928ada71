// The theme: the system's, light or dark; kept in localStorage, never in the URL (spec §3).

export type Theme = "system" | "light" | "dark";

const order: readonly Theme[] = ["system", "light", "dark"];
const settingName = "stepwell.theme";

export function currentTheme(): Theme {
  const kept = localStorage.getItem(settingName);
  return order.find((theme) => theme === kept) ?? "system";
}

export function applyTheme(theme: Theme): void {
  localStorage.setItem(settingName, theme);
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

export function nextTheme(theme: Theme): Theme {
  return order[(order.indexOf(theme) + 1) % order.length] ?? "system";
}
