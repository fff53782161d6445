// Light, dark, for a projector, or as the system has it.
import { signal } from "@preact/signals";
import { html } from "./html";
import { text } from "./text";

export type Theme = "auto" | "light" | "dark" | "projector";
const all: Theme[] = ["auto", "light", "dark", "projector"];
const key = "tacit-lab-theme";

export const theme = signal<Theme>("auto");

/** How much larger than drawn a figure is shown: a projector is seen from afar. */
export function figureScale(): number { return theme.value === "projector" ? 1.3 : 1; }

export function restoreTheme(): void {
  let kept: string | null = null;
  try { kept = localStorage.getItem(key); } catch { /* storage may be refused */ }
  setTheme(all.find((t) => t === kept) ?? "auto");
}

export function setTheme(t: Theme): void {
  theme.value = t;
  if (t === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = t;
  try { localStorage.setItem(key, t); } catch { /* then it is not kept */ }
}

export function reducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export function ThemeSwitch() {
  return html`<fieldset class="themes"><legend>${text.theme}</legend>
    <div class="segments">${all.map((t) => html`<label class="segment"><input type="radio" name="theme" value=${t} checked=${theme.value === t}
      onChange=${() => setTheme(t)} /><span>${text.themes[t]}</span></label>`)}</div></fieldset>`;
}
