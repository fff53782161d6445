// Between the numbers of a panel's axes and places on its drawing.
import { fromLog10, log10, rounded, short } from "./decimal";
import type { Control, Figure, Panel, Range } from "./wire";

export const along = (r: Range, v: number) => (v - r.min) / (r.max - r.min);

/** Where numbers of the axes are, in percent of the drawing. */
export function percent(f: Figure, p: Panel, x: number, y: number): { left: number; top: number } {
  const [l, t, w, h] = p.box;
  return {
    left: (100 * (l + along(p.x, x) * w)) / f.width,
    top: (100 * (t + (1 - along(p.y, y)) * h)) / f.height,
  };
}

/** The numbers of the axes at a point of the screen, held inside of the panel. */
export function numbersAt(f: Figure, p: Panel, stage: DOMRect, clientX: number, clientY: number): { x: number; y: number; inside: boolean } {
  const [l, t, w, h] = p.box;
  const u = (((clientX - stage.left) / stage.width) * f.width - l) / w;
  const v = 1 - (((clientY - stage.top) / stage.height) * f.height - t) / h;
  const clamp = (z: number) => Math.min(1, Math.max(0, z));
  return {
    x: p.x.min + clamp(u) * (p.x.max - p.x.min),
    y: p.y.min + clamp(v) * (p.y.max - p.y.min),
    inside: u >= 0 && u <= 1 && v >= 0 && v <= 1,
  };
}

/** The text that sets a control to a number of an axis, no finer than a pixel. */
export function textOf(c: Control | undefined, r: Range, pixels: number, v: number): string {
  const unit = (r.max - r.min) / Math.max(1, pixels);
  if (r.log) {
    const l = v / Math.LN10;
    if (c?.kind === "decimal") return fromLog10(l);
    return short(Number(Math.exp(v).toPrecision(4)));
  }
  if (c?.kind === "integer") return String(Math.round(v));
  if (c?.kind === "decimal" && !(v > 0)) return c.default;
  return rounded(v, unit);
}

/** How a number of an axis is said. */
export function say(r: Range, v: number): string {
  return r.log ? fromLog10(v / Math.LN10) : String(Number(v.toPrecision(4)));
}

/** The number of the axis that the text of a control stands for. */
export function numberOf(r: Range, s: string): number {
  return r.log ? log10(s) * Math.LN10 : Number(s);
}
