// The slider of a number: a native range, which brings its own keys, and beside it
// a button that sweeps it from end to end.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { fromLog10, log10, short } from "./decimal";
import { html } from "./html";
import { stepped, stepsOf } from "./numberfield";
import { busy, change, commit, progress, value, current } from "./store";
import { reducedMotion } from "./theme";
import { text } from "./text";
import type { Control } from "./wire";

const sweepSeconds = 6;
const fewSteps = 12; // of a sweep, for those who asked for reduced motion

/** Where the slider stands for the text of its control. */
export function position(c: Control, s: string): number {
  return c.kind === "decimal" ? log10(s) : Number(s);
}

export function textAt(c: Control, v: number): string {
  if (c.kind === "decimal") return fromLog10(v);
  return c.kind === "integer" ? String(Math.round(v)) : short(v);
}

export function Slider({ control: c }: { control: Control }) {
  const at = position(c, value(c));
  const beyond = at < c.min || at > c.max;
  const key = (e: KeyboardEvent) => {
    // Up and down and the Page keys as in the field; left and right are native.
    const steps = stepsOf(e);
    if (!steps) return;
    e.preventDefault();
    change({ [c.key]: stepped(c, value(c), steps) });
  };
  return html`<div class="slide">
    <input type="range" min=${c.min} max=${c.max} step=${c.step > 0 ? c.step : "any"} value=${Math.min(c.max, Math.max(c.min, at))}
      aria-label=${text.sliderFor(c.label)} aria-valuetext=${value(c) + (beyond ? `, ${text.outside}` : "")}
      onInput=${(e: Event) => change({ [c.key]: textAt(c, Number((e.currentTarget as HTMLInputElement).value)) }, false)}
      onChange=${commit} onKeyDown=${key} />
    ${!current.value?.long && html`<${Sweep} control=${c} />`}
    ${beyond && html`<span class="beyond">${text.outside}</span>`}
  </div>`;
}

function Sweep({ control: c }: { control: Control }) {
  const running = useSignal(0); // the timer, 0: at rest
  const stop = () => {
    clearInterval(running.peek());
    running.value = 0;
    commit();
  };
  useEffect(() => () => clearInterval(running.peek()), []);
  const start = () => {
    const span = c.max - c.min;
    let at = position(c, value(c));
    if (!(at < c.max - 0.02 * span) || at < c.min) at = c.min;
    const calm = reducedMotion();
    const every = calm ? (1000 * sweepSeconds) / fewSteps : 33;
    const step = calm ? span / fewSteps : (span * every) / (1000 * sweepSeconds);
    running.value = window.setInterval(() => {
      if (busy.peek() || progress.peek() !== null) return;
      at = Math.min(c.max, at + step);
      const v = c.step > 0 ? c.min + Math.round((at - c.min) / c.step) * c.step : at;
      change({ [c.key]: textAt(c, v) }, false);
      if (at >= c.max) stop();
    }, every);
  };
  const on = running.value !== 0;
  return html`<button type="button" class="sweep" aria-label=${on ? text.stopSweep(c.label) : text.sweep(c.label)}
    title=${on ? text.stopSweep(c.label) : text.sweep(c.label)} onClick=${on ? stop : start}>
    <svg viewBox="0 0 16 16" aria-hidden="true">${on ? html`<path d="M4 3h3v10H4zM9 3h3v10H9z" />` : html`<path d="M4.5 2.5v11l9-5.5z" />`}</svg></button>`;
}
