/** Light or dark: as the system says, unless the user says otherwise. */
import type { Theme } from "./store.ts";

export function applyTheme(theme: Theme): void {
  // The style sheets name both colours of each pair; which one counts follows from this property alone.
  document.documentElement.style.colorScheme = theme === "system" ? "light dark" : theme;
}
