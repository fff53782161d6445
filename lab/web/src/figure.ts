// A figure: the drawing, its ghost beneath, and over it what can be touched.
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Areas } from "./areas";
import { ghostSVG } from "./ghost";
import { Handles } from "./handles";
import { html } from "./html";
import { current, engine, ghost, link } from "./store";
import { text } from "./text";
import { Tones, tonesOf } from "./tones";
import type { Figure } from "./wire";

export function FigureView({ figure, scale }: { figure: Figure; scale: number }) {
  const drawing = useRef<HTMLDivElement>(null);
  const cursor = useSignal<number | null>(null);
  const pinned = ghost.value && ghost.value.page === current.value?.id
    ? ghost.value.view.figures.find((f) => f.id === figure.id) : undefined;
  const behind = useMemo(() => (pinned ? ghostSVG(pinned, figure) : ""), [pinned, figure]);
  // The drawing is swapped as a whole: it was drawn by the engine, which escapes
  // every text in it.
  return html`<figure class="figure" data-figure=${figure.id}>
    <div class="stage" ref=${drawing} style=${{ maxWidth: `${figure.width * scale}px` }}>
      ${behind && html`<div class="ghost" aria-hidden="true" dangerouslySetInnerHTML=${{ __html: behind }} />`}
      <div class="drawing" dangerouslySetInnerHTML=${{ __html: figure.svg }} />
      ${cursor.value !== null && html`<div class="cursor" aria-hidden="true" style=${cursorStyle(figure, cursor.value)} />`}
      <${Areas} figure=${figure} stage=${drawing} />
      <${Handles} figure=${figure} stage=${drawing} />
    </div>
    <figcaption>${figure.caption}</figcaption>
    <${Tools} figure=${figure} cursor=${cursor} />
    <${Tables} figure=${figure} />
  </figure>`;
}

function cursorStyle(f: Figure, at: number) {
  const [left, top, width, height] = f.panels[0].box;
  return {
    left: `${(100 * (left + at * width)) / f.width}%`,
    top: `${(100 * top) / f.height}%`,
    height: `${(100 * height) / f.height}%`,
  };
}

function Tools({ figure, cursor }: { figure: Figure; cursor: { value: number | null } }) {
  const playing = useSignal<Tones | null>(null);
  useEffect(() => () => playing.peek()?.stop(), []);
  const tones = figure.trace ? tonesOf(figure) : null;
  const toggle = () => {
    if (playing.value) { playing.value.stop(); return; }
    playing.value = new Tones(tones!, (at) => { cursor.value = at; }, () => { playing.value = null; cursor.value = null; });
  };
  const url = (kind: string) => engine().exportURL(current.value!.id, `figure/${encodeURIComponent(figure.id)}.${kind}`, link.value);
  return html`<div class="figure-tools">
    ${tones && html`<button type="button" class="quiet" onClick=${toggle} aria-label=${`${text.listen}: ${figure.trace}`}>
      ${playing.value ? text.stopListening : text.listen}</button>`}
    ${["svg", "png"].map((kind) => url(kind) && html`<a class="button quiet" href=${url(kind)} download=${`${current.value!.id}-${figure.id}.${kind}`}
      aria-label=${`${text.exports} ${figure.title}: ${kind.toUpperCase()}`}>${kind.toUpperCase()}</a>`)}
  </div>`;
}

/** The text alternative and the numbers, for those who do not look. */
function Tables({ figure }: { figure: Figure }) {
  const open = useSignal(false);
  const tables = figure.tables ?? [];
  return html`<details class="numbers" onToggle=${(e: Event) => { open.value = (e.currentTarget as HTMLDetailsElement).open; }}>
    <summary>${text.table}</summary>
    <p class="alt">${figure.alt}</p>
    ${open.value && tables.map((t) => html`<div class="scroll" tabindex="0" role="region" aria-label=${t.caption || figure.title}>
      <table>
        <caption>${t.caption}</caption>
        <thead><tr>${t.columns.map((c) => html`<th scope="col">${c}</th>`)}</tr></thead>
        <tbody>${t.rows.map((r) => html`<tr>${r.map((c) => html`<td>${c}</td>`)}</tr>`)}</tbody>
      </table>
    </div>`)}
  </details>`;
}
