// Places of a picture that can be dragged: buttons over the drawing, so that they
// have the focus, the names and the keys that every control has.
import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import { html } from "./html";
import { numberOf, numbersAt, percent, say, textOf } from "./place";
import { otherLabel, withPoint, withoutPoint } from "./points";
import { change, commit, current, hidden, spoken, value } from "./store";
import { text } from "./text";
import type { Control, Figure, Handle, State } from "./wire";

interface Props { figure: Figure; stage: RefObject<HTMLDivElement> }

export function Handles({ figure, stage }: Props) {
  const handles = (figure.handles ?? []).filter((h) => !(h.x_key && hidden(h.x_key)) && !(h.y_key && hidden(h.y_key)));
  return html`${handles.map((h, k) => html`<${HandleView} key=${k} figure=${figure} handle=${h} stage=${stage} />`)}`;
}

const controlOf = (key?: string): Control | undefined => current.value?.controls.find((c) => c.key === key);

/** What of the state a handle sets when it is at (x, y) of its axes. */
export function patchOf(f: Figure, h: Handle, x: number, y: number, pixels: { x: number; y: number }): State {
  const panel = f.panels[h.panel];
  const cx = controlOf(h.x_key);
  if (h.point >= 0) {
    if (!cx) return {};
    return { [cx.key]: withPoint(value(cx), h.point, { x: textOf(undefined, panel.x, pixels.x, x), y: textOf(undefined, panel.y, pixels.y, y) }) };
  }
  const patch: State = {};
  if (h.x_key) patch[h.x_key] = textOf(cx, panel.x, pixels.x, x);
  if (h.y_key) patch[h.y_key] = textOf(controlOf(h.y_key), panel.y, pixels.y, y);
  return patch;
}

function pixelsOf(f: Figure, h: Handle, stage: DOMRect) {
  const box = f.panels[h.panel].box;
  return { x: (box[2] / f.width) * stage.width, y: (box[3] / f.height) * stage.height };
}

function HandleView({ figure, handle, stage }: Props & { handle: Handle }) {
  const drag = useSignal<{ x: number; y: number } | null>(null);
  const moved = useRef(false);
  const panel = figure.panels[handle.panel];
  const at = drag.value ?? { x: handle.x, y: handle.y };
  const place = percent(figure, panel, at.x, at.y);
  const point = handle.point >= 0;
  const free = { x: point || !!handle.x_key, y: point || !!handle.y_key };
  const set = (x: number, y: number, final: boolean) =>
    change(patchOf(figure, handle, x, y, pixelsOf(figure, handle, stage.current!.getBoundingClientRect())), final);

  const down = (e: PointerEvent) => {
    if (e.button !== 0) return;
    (e.currentTarget as HTMLElement).setPointerCapture(e.pointerId);
    moved.current = false;
    drag.value = { x: handle.x, y: handle.y };
  };
  const move = (e: PointerEvent) => {
    if (!drag.value) return;
    const to = numbersAt(figure, panel, stage.current!.getBoundingClientRect(), e.clientX, e.clientY);
    const next = { x: free.x ? to.x : handle.x, y: free.y ? to.y : handle.y };
    moved.current = true;
    drag.value = next;
    set(next.x, next.y, false);
  };
  const up = () => {
    if (!drag.value) return;
    drag.value = null;
    if (moved.current) commit();
  };
  const key = (e: KeyboardEvent) => {
    const step = keyStep(e, panel, handle);
    if (step) {
      e.preventDefault();
      e.stopPropagation();
      // From what the controls say, which may be ahead of the picture.
      const from = point ? handle : { x: stated(handle.x_key, panel.x, handle.x), y: stated(handle.y_key, panel.y, handle.y) };
      set(from.x + (free.x ? step.x : 0), from.y + (free.y ? step.y : 0), true);
    } else if (point && (e.key === "Delete" || e.key === " ")) {
      const c = controlOf(handle.x_key);
      if (!c) return;
      e.preventDefault();
      if (e.key === "Delete") {
        change({ [c.key]: withoutPoint(value(c), handle.point) });
        spoken.value = text.pointRemoved;
      } else {
        const label = value(c).split(";")[handle.point]?.split(",")[2] ?? "0";
        change({ [c.key]: withPoint(value(c), handle.point, { label: otherLabel(label) }) });
      }
    }
  };
  const shape = free.x && free.y ? "both" : free.x ? "across" : "along";
  return html`<button type="button" class=${`handle ${shape}${point ? " marked" : ""}${drag.value ? " dragging" : ""}`}
    style=${{ left: `${place.left}%`, top: `${place.top}%` }}
    aria-label=${text.handleAt(handle.label, say(panel.x, at.x), say(panel.y, at.y))}
    aria-roledescription=${text.handleRole} title=${`${handle.label}. ${text.handleHelp}${point ? " " + text.pointKeys : ""}`}
    onPointerDown=${down} onPointerMove=${move} onPointerUp=${up} onPointerCancel=${up} onLostPointerCapture=${up} onKeyDown=${key}>
    <span class="knob" aria-hidden="true"></span>
    <span class="handle-label" aria-hidden="true">${handle.label}</span>
  </button>`;
}

function stated(key: string | undefined, r: { min: number; max: number; log: boolean }, fallback: number): number {
  const c = controlOf(key);
  const v = c ? numberOf(r, value(c)) : NaN;
  // A control need not be the number of the axis itself.
  return Math.abs(v - fallback) <= 0.25 * (r.max - r.min) ? v : fallback;
}

/** A hundredth of the axis, or the step of the control, times ten with Page keys. */
function keyStep(e: KeyboardEvent, panel: Figure["panels"][0], h: Handle): { x: number; y: number } | null {
  if (e.ctrlKey || e.metaKey || e.altKey) return null;
  const unit = (key: string | undefined, r: { min: number; max: number; log: boolean }) => {
    const c = h.point >= 0 ? undefined : controlOf(key);
    if (c && c.step > 0 && (c.kind !== "decimal" || r.log)) return r.log ? (c.kind === "decimal" ? c.step * Math.LN10 : (r.max - r.min) / 100) : c.step;
    const raw = (r.max - r.min) / 100;
    return r.log ? raw : Math.pow(10, Math.round(Math.log10(raw)));
  };
  const far = e.shiftKey ? 10 : 1;
  const dx = unit(h.x_key, panel.x) * far;
  const dy = unit(h.y_key, panel.y) * far;
  switch (e.key) {
    case "ArrowLeft": return { x: -dx, y: 0 };
    case "ArrowRight": return { x: dx, y: 0 };
    case "ArrowUp": return { x: 0, y: dy };
    case "ArrowDown": return { x: 0, y: -dy };
    case "PageUp": return h.point >= 0 || h.y_key ? { x: 0, y: 10 * dy } : { x: 10 * dx, y: 0 };
    case "PageDown": return h.point >= 0 || h.y_key ? { x: 0, y: -10 * dy } : { x: -10 * dx, y: 0 };
  }
  return null;
}
