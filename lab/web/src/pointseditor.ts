// Points of the plane as a list that can be typed, beside their handles.
import { html } from "./html";
import { isDecimal } from "./decimal";
import { formatPoints, parsePoints, withPoint, withoutPoint } from "./points";
import { change, value } from "./store";
import { text } from "./text";
import type { Control } from "./wire";

export function PointsEditor({ control: c }: { control: Control }) {
  const points = parsePoints(value(c));
  const labels = points.some((p) => p.label !== "0" && p.label !== "");
  const set = (s: string) => change({ [c.key]: s });
  const field = (k: number, part: "x" | "y" | "label", name: string) => html`<input type="text" class="field" spellcheck=${false} aria-label=${name}
    value=${points[k][part]} onChange=${(e: Event) => {
      const input = e.currentTarget as HTMLInputElement;
      if (isDecimal(input.value)) set(withPoint(value(c), k, { [part]: input.value.trim() }));
      else input.value = points[k][part];
    }} />`;
  const add = () => {
    const mean = (part: "x" | "y") => points.reduce((s, p) => s + Number(p[part]), 0) / Math.max(1, points.length);
    const last = points.at(-1);
    set(formatPoints([...points, { x: String(Number((mean("x") + 0.3).toFixed(2))), y: String(Number((mean("y") + 0.3).toFixed(2))), label: last?.label ?? "0" }]));
  };
  return html`<details class="control points">
    <summary>${c.label} <span class="count">${text.pointsCount(points.length)}</span></summary>
    ${c.help && html`<p class="help">${c.help}</p>`}
    <ol>${points.map((_, k) => html`<li aria-label=${text.pointRow(k + 1)}>
      ${field(k, "x", text.pointX(k + 1))}${field(k, "y", text.pointY(k + 1))}
      ${labels && field(k, "label", text.pointLabel(k + 1))}
      <button type="button" class="quiet" aria-label=${text.removePoint(k + 1)} onClick=${() => set(withoutPoint(value(c), k))}>×</button>
    </li>`)}</ol>
    <button type="button" onClick=${add}>${text.addPoint}</button>
  </details>`;
}
