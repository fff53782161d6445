// What theory predicts beside what was measured, with a tick or a cross; and the
// single numbers worth showing.
import { html } from "./html";
import { Rich } from "./rich";
import { ghost, hidden, current } from "./store";
import { text } from "./text";
import type { Check, View } from "./wire";

export function Checks({ view }: { view: View }) {
  const checks = view.checks ?? [];
  if (checks.length === 0 || hidden("checks")) return null;
  const pinned = ghost.value?.page === current.value?.id ? ghost.value?.view.checks ?? [] : [];
  return html`<section class="checks" aria-labelledby="head-checks">
    <h2 id="head-checks">${text.checks}</h2>
    <ul>${checks.map((c) => html`<${CheckView} check=${c} pinned=${pinned.find((p) => p.name === c.name)} />`)}</ul>
  </section>`;
}

/** All of them in one line, beside the statement. */
export function Verdict({ view }: { view: View }) {
  const checks = view.checks ?? [];
  if (checks.length === 0 || hidden("checks")) return null;
  const bad = checks.filter((c) => !c.pass).length;
  return html`<p class=${`verdict ${bad ? "bad" : "good"}`}><${Mark} pass=${bad === 0} />
    <span>${bad ? text.someFail(bad, checks.length) : text.allHold(checks.length)}</span></p>`;
}

function CheckView({ check: c, pinned }: { check: Check; pinned?: Check }) {
  return html`<li class=${c.pass ? "pass" : "fail"}>
    <p class="claim"><${Mark} pass=${c.pass} /><span><${Rich} text=${c.name} /><span class="hidden">: ${c.pass ? text.holds : text.fails}</span></span></p>
    <dl><div><dt>${text.predicted}</dt><dd>${c.predicted}</dd></div>
      <div><dt>${text.measured}</dt><dd>${c.measured}${pinned && pinned.measured !== c.measured && html` <span class="was">${text.pinnedValue(pinned.measured)}</span>`}</dd></div></dl>
    <p class="off">${text.withinTolerance(amount(c.error, c.error_why), amount(c.tolerance, c.tolerance_why))}</p>
  </li>`;
}

function amount(v: number | null, why?: string): string {
  if (v === null || v === undefined) return why ?? "–";
  if (v === 0) return "0";
  return Math.abs(v) >= 1e-3 && Math.abs(v) < 1e4 ? String(Number(v.toPrecision(3))) : v.toExponential(1);
}

export function Mark({ pass }: { pass: boolean }) {
  return html`<svg class=${`mark ${pass ? "tick" : "cross"}`} viewBox="0 0 16 16" role="img" aria-label=${pass ? text.holds : text.fails}>
    <path d=${pass ? "M3 8.5l3.5 3.5L13 4.5" : "M4 4l8 8M12 4l-8 8"} /></svg>`;
}

export function Facts({ view }: { view: View }) {
  const facts = view.facts ?? [];
  if (facts.length === 0) return null;
  const pinned = ghost.value?.page === current.value?.id ? ghost.value?.view.facts ?? [] : [];
  return html`<section class="facts" aria-labelledby="head-facts">
    <h2 id="head-facts">${text.facts}</h2>
    <dl>${facts.map((f) => {
      const was = pinned.find((p) => p.name === f.name);
      return html`<div><dt>${f.name}</dt><dd>${f.value}${was && was.value !== f.value && html` <span class="was">${text.pinnedValue(was.value)}</span>`}</dd></div>`;
    })}</dl>
  </section>`;
}
