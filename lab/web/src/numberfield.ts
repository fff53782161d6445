// A field that takes any number, whatever the slider's range and whatever the
// exponent.
import { useSignal } from "@preact/signals";
import { fromLog10, isDecimal, log10, short } from "./decimal";
import { html } from "./html";
import { change, value } from "./store";
import { text } from "./text";
import type { Control } from "./wire";

/** What is wrong with a text for a control, or "". */
export function complaint(c: Control, s: string): string {
  const t = s.trim();
  switch (c.kind) {
    case "integer": return /^[+-]?\d+$/.test(t) ? "" : text.notAnInteger;
    case "decimal": return isFinite(log10(t)) ? "" : text.notADecimal;
    default: return isDecimal(t) ? "" : text.notANumber;
  }
}

/** The text one step, or ten, further. */
export function stepped(c: Control, s: string, steps: number): string {
  const size = c.step > 0 ? c.step : (c.max - c.min) / 100 || 1;
  if (c.kind === "decimal") return fromLog10(log10(s) + steps * size);
  return short(Number(s) + steps * size);
}

/** How many steps a key means, or 0. */
export function stepsOf(e: KeyboardEvent): number {
  if (e.ctrlKey || e.metaKey || e.altKey) return 0;
  const far = e.shiftKey ? 10 : 1;
  switch (e.key) {
    case "ArrowUp": return far;
    case "ArrowDown": return -far;
    case "PageUp": return 10;
    case "PageDown": return -10;
  }
  return 0;
}

export function NumberField({ control: c, id }: { control: Control; id: string }) {
  const draft = useSignal<string | null>(null);
  const wrong = draft.value === null ? "" : complaint(c, draft.value);
  const take = () => {
    const s = draft.value;
    if (s === null || complaint(c, s)) return; // what is no number stays to be corrected
    draft.value = null;
    if (s.trim() !== value(c)) change({ [c.key]: s.trim() });
  };
  const key = (e: KeyboardEvent) => {
    if (e.key === "Enter") take();
    else if (e.key === "Escape") draft.value = null;
    const steps = stepsOf(e);
    if (!steps) return;
    e.preventDefault();
    draft.value = null;
    change({ [c.key]: stepped(c, value(c), steps) });
  };
  const described = [c.help && `${id}-help`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  return html`<input type="text" class="field" id=${id} inputmode=${c.kind === "integer" ? "numeric" : "text"} autocomplete="off" spellcheck=${false}
      value=${draft.value ?? value(c)} aria-invalid=${wrong ? "true" : undefined} aria-describedby=${described || undefined}
      title=${text.defaultIs(c.default)}
      onInput=${(e: Event) => { draft.value = (e.currentTarget as HTMLInputElement).value; }}
      onBlur=${take} onKeyDown=${key} />
    ${wrong && html`<p class="wrong" id=${`${id}-wrong`} role="alert">${wrong}</p>`}`;
}
