// The figures of a page, side by side where there is room, and what stands for
// them while there is none.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { FigureView } from "./figure";
import { html } from "./html";
import { busy, cancel, cancelled, current, failure, figureWidth, linkNotes, progress, refresh, view } from "./store";
import { figureScale, theme } from "./theme";
import { text } from "./text";
import type { Figure } from "./wire";

const beside = 760; // px of room from which two figures stand side by side
const gap = 16;
const around = 110; // px of caption and tools of a figure

export function Figures() {
  const box = useRef<HTMLDivElement>(null);
  const room = useSignal(0);
  const v = view.value;
  const scale = figureScale();
  const n = v?.figures.length ?? 1;
  const roomy = n > 1 && room.value >= beside * (theme.value === "projector" ? 1.2 : 1);
  const layout = useRef({ key: "", columns: [] as number[][] });
  const key = `${current.value?.id} ${room.value} ${roomy} ${n}`;
  // Once for each page and width: heights depend on the width of a column.
  if (v && layout.current.key !== key) layout.current = { key, columns: roomy ? split(v.figures) : [] };
  const columns = layout.current.columns.length || 1;
  useLayoutEffect(() => {
    room.value = Math.floor(box.current!.clientWidth); // before the first paint, so that nothing jumps
    const watch = new ResizeObserver(([e]) => { room.value = Math.floor(e.contentRect.width); });
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (room.value === 0) return;
    const inner = (room.value - gap * (columns - 1)) / columns;
    const w = Math.max(280, Math.floor(inner / scale));
    if (w === figureWidth.peek() && v && !v.figures.some((f) => f.width > w)) return;
    figureWidth.value = w;
    if (v || !progress.peek()) refresh();
  }, [room.value, columns, scale]);
  return html`<section class="picture" aria-label=${text.picture} aria-busy=${busy.value || progress.value !== null}>
    <${Working} />
    <div ref=${box} class=${`figures columns-${columns}${failure.value ? " stale" : ""}`}>
      ${v ? (columns === 2 ? layout.current.columns : [v.figures.map((_, k) => k)]).map((list, c) => html`<div class="column" key=${c}>
          ${list.map((k) => v.figures[k]).filter(Boolean).map((f) => html`<${FigureView} key=${current.value!.id + f.id} figure=${f} scale=${scale} />`)}</div>`)
        : html`<div class="placeholder" aria-hidden="true"></div>`}
    </div>
  </section>`;
}

/** Two columns in which the figures stand in their order, or none if one column would
    be left empty for long. */
function split(figures: Figure[]): number[][] {
  const columns: number[][] = [[], []];
  const height = [0, 0];
  figures.forEach((f, k) => {
    const c = height[1] < height[0] ? 1 : 0;
    columns[c].push(k);
    height[c] += f.height + around;
  });
  const even = Math.min(...height) / Math.max(...height);
  return even >= (figures.length === 2 ? 0.8 : 0.55) ? columns : [];
}

/** Progress of what takes long, and the way to end it. */
function Working() {
  const p = progress.value;
  if (p === null) {
    if (cancelled.value) return html`<p class="working" role="status">${text.cancelled} <button type="button" onClick=${() => { cancelled.value = false; refresh(); }}>${text.runAgain}</button></p>`;
    return html`<div class=${`thin${busy.value ? " busy" : ""}`} aria-hidden="true"></div>`;
  }
  const percent = Math.round(100 * p);
  return html`<div class="working">
    <label>${isNaN(p) ? text.working : text.workingAt(percent)}
      <progress max="100" value=${isNaN(p) ? undefined : percent}></progress></label>
    <button type="button" onClick=${cancel}>${text.cancel}</button>
  </div>`;
}

/** What could not be read or done, in words. */
export function Notes() {
  const notes = [...linkNotes.value, ...(view.value?.notes ?? [])];
  return html`<div class="notes" role="status">
    ${failure.value && html`<p class="wrong" role="alert">${text.failed} ${failure.value}</p>`}
    ${notes.map((n) => html`<p class="note">${n}</p>`)}
  </div>`;
}
