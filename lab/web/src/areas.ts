// Parts of a picture that lead somewhere: the cells of a map, the entries of a
// matrix. One stop of the Tab key for all of them; arrow keys move between them.
import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { html } from "./html";
import { along, numbersAt } from "./place";
import { follow } from "./store";
import { text } from "./text";
import type { Area, Figure } from "./wire";

export function Areas({ figure, stage }: { figure: Figure; stage: RefObject<HTMLDivElement> }) {
  const areas = figure.areas ?? [];
  const at = useSignal(-1);
  if (areas.length === 0) return null;
  const a = areas[at.value];
  const find = (e: MouseEvent) => {
    const box = stage.current!.getBoundingClientRect();
    return areas.findIndex((a) => {
      const p = figure.panels[a.panel];
      const v = numbersAt(figure, p, box, e.clientX, e.clientY);
      return v.inside && v.x >= a.left && v.x <= a.right && v.y >= a.bottom && v.y <= a.top;
    });
  };
  const go = (a: Area | undefined) => { if (a) follow(a.page, a.state); };
  const key = (e: KeyboardEvent) => {
    const to = e.key === "ArrowLeft" ? [-1, 0] : e.key === "ArrowRight" ? [1, 0] : e.key === "ArrowUp" ? [0, 1] : e.key === "ArrowDown" ? [0, -1] : null;
    if (to) {
      e.preventDefault();
      e.stopPropagation();
      at.value = a ? nearest(areas, at.value, to[0], to[1]) : 0;
    } else if ((e.key === "Enter" || e.key === " ") && a) {
      e.preventDefault();
      go(a);
    }
  };
  return html`<div class=${`areas${a ? " over" : ""}`} role="group" tabindex="0" aria-label=${text.areasLabel(areas.length)} title=${a?.label}
      onKeyDown=${key} onBlur=${() => { at.value = -1; }} onFocus=${() => { if (at.value < 0) at.value = 0; }}
      onPointerMove=${(e: PointerEvent) => { at.value = find(e); }} onPointerLeave=${() => { at.value = -1; }}
      onClick=${(e: MouseEvent) => go(areas[find(e)])}>
    ${a && html`<div class="area" style=${boxOf(figure, a)}></div>`}
    <p class="area-label" role="status">${a?.label ?? ""}</p>
  </div>`;
}

function boxOf(f: Figure, a: Area) {
  const p = f.panels[a.panel];
  const [l, t, w, h] = p.box;
  const clamp = (v: number) => Math.min(1, Math.max(0, v));
  const x0 = clamp(along(p.x, a.left)), x1 = clamp(along(p.x, a.right));
  const y0 = clamp(along(p.y, a.bottom)), y1 = clamp(along(p.y, a.top));
  return {
    left: `${(100 * (l + x0 * w)) / f.width}%`, width: `${(100 * (x1 - x0) * w) / f.width}%`,
    top: `${(100 * (t + (1 - y1) * h)) / f.height}%`, height: `${(100 * (y1 - y0) * h) / f.height}%`,
  };
}

/** The nearest area whose centre lies in a direction. */
function nearest(areas: Area[], from: number, dx: number, dy: number): number {
  const mid = (a: Area) => [(a.left + a.right) / 2, (a.bottom + a.top) / 2];
  const here = areas[from];
  const [x, y] = mid(here);
  const wide = here.right - here.left || 1, tall = here.top - here.bottom || 1;
  let best = from, score = Infinity;
  areas.forEach((a, k) => {
    if (k === from || a.panel !== here.panel) return;
    const [u, v] = mid(a);
    const ahead = dx ? (dx * (u - x)) / wide : (dy * (v - y)) / tall;
    const aside = dx ? Math.abs(v - y) / tall : Math.abs(u - x) / wide;
    if (ahead > 0.25 && ahead + 3 * aside < score) { best = k; score = ahead + 3 * aside; }
  });
  return best;
}
