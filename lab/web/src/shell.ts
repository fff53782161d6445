// The page as a whole.
import { useEffect, useRef } from "preact/hooks";
import { Below } from "./below";
import { Checks, Facts, Verdict } from "./checks";
import { connection, connectionText, dismiss } from "./connection";
import { Controls } from "./controls";
import { Figures, Notes } from "./figures";
import { html } from "./html";
import { inLecture, LectureAside, LectureBar, script } from "./lecture";
import { formatLink } from "./link";
import { Formula } from "./rich";
import { Solve } from "./solve";
import { current, hidden, open, pages, present, redo, spoken, state, undo, view } from "./store";
import { text } from "./text";
import { ThemeSwitch } from "./theme";
import { Toolbar } from "./toolbar";
import { Upload } from "./upload";

export function Shell() {
  useEffect(() => {
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  const p = current.value;
  if (!p) return null;
  const embed = present.value.embed;
  const lecture = inLecture();
  const wide = lecture || embed || hidden("rail");
  return html`<div class=${`lab${embed ? " embed" : ""}${wide ? " no-rail" : ""}${lecture ? " lecture" : ""}`}>
    <${ConnectionBar} />
    ${!wide && html`<${Rail} />`}
    <main id="main" tabindex="-1">
      <${Heading} />
      ${lecture && html`<${LectureBar} />`}
      <${Figures} />
      <p class="summary">${view.value?.summary}</p>
      <${Notes} />
      ${!embed && html`<${Toolbar} />`}
    </main>
    <aside class="side" aria-label=${text.controls}>
      ${lecture && html`<${LectureAside} />`}
      ${!lecture && p.formula && html`<section class="statement" aria-labelledby="head-formula"><h2 id="head-formula">${text.formula}</h2><${Formula} text=${p.formula} />${view.value && html`<${Verdict} view=${view.value} />`}</section>`}
      ${p.data && html`<${Upload} page=${p} />`}
      ${(p.id === "data" || (p.data && state.value.data)) && html`<${Solve} />`}
      ${!lecture && html`<${Controls} page=${p} />`}
      ${view.value && html`<${Checks} view=${view.value} />`}
      ${view.value && html`<${Facts} view=${view.value} />`}
      ${embed && html`<p><a href=${"#" + formatLink(p, state.value)} target="_blank" rel="noopener">${text.openFull}</a></p>`}
    </aside>
    ${!embed && html`<${Below} page=${p} view=${view.value} />`}
    <p class="hidden" role="status" aria-live="polite" id="spoken">${spoken.value}</p>
  </div>`;
}

function Heading() {
  const title = useRef<HTMLHeadingElement>(null);
  const p = current.value!;
  const first = useRef(true);
  useEffect(() => {
    document.title = `${p.title} · ${text.name}`;
    // Those who listen are told that the page is another one.
    if (first.current) first.current = false;
    else { title.current?.focus({ preventScroll: true }); window.scrollTo(0, 0); }
  }, [p]);
  return html`<header class="heading">
    <p class="number">${text.pageOf(pages.value.indexOf(p) + 1, pages.value.filter((q) => q !== script()).length)}</p>
    <h1 ref=${title} tabindex="-1">${p.title}</h1>
    <p class="sentence">${p.sentence}</p>
  </header>`;
}

function Rail() {
  const go = (e: MouseEvent, id: string) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey || e.button !== 0) return;
    e.preventDefault();
    open(id);
  };
  const lecture = script();
  const list = pages.value.filter((p) => p !== lecture);
  return html`<header class="rail">
    <p class="brand"><${Brand} /><span>tacit <b>lab</b></span></p>
    <nav aria-label=${text.pages}>
      <ol>${list.map((p) => html`<li><a href=${"#" + formatLink(p, {})} aria-current=${p === current.value ? "page" : undefined}
        onClick=${(e: MouseEvent) => go(e, p.id)}>${p.title}</a></li>`)}</ol>
      <label class="choose"><span class="hidden">${text.choosePage}</span>
        <select value=${current.value?.id} onChange=${(e: Event) => open((e.currentTarget as HTMLSelectElement).value)}>
          ${list.map((p, k) => html`<option value=${p.id} selected=${p === current.value}>${k + 1}. ${p.title}</option>`)}</select></label>
    </nav>
    <div class="rail-end">
      ${lecture && html`<a class="button" href=${"#" + formatLink(lecture, {})} onClick=${(e: MouseEvent) => go(e, lecture.id)}>${text.lecture.start}</a>`}
      <${ThemeSwitch} />
    </div>
  </header>`;
}

/** A level set that touches a line: how a geometry chooses. */
function Brand() {
  return html`<svg viewBox="0 0 32 32" aria-hidden="true"><path class="line" d="M3 25L29 9" /><ellipse cx="12.5" cy="12" rx="9.4" ry="5.6" transform="rotate(-31 12.5 12)" /><circle cx="15.9" cy="17.1" r="2.6" /></svg>`;
}

function ConnectionBar() {
  const said = connectionText();
  return html`<div class=${`connection ${connection.value}`} role="status" aria-live="assertive">${said && html`<p>${said}</p>
    ${connection.value === "restarted" && html`<button type="button" onClick=${dismiss}>${text.close}</button>`}`}</div>`;
}

function onKey(e: KeyboardEvent): void {
  const target = e.target as HTMLElement;
  if (!(e.ctrlKey || e.metaKey) || e.altKey || target.closest("input[type=text], textarea")) return;
  const k = e.key.toLowerCase();
  if (k === "z" && !e.shiftKey) undo();
  else if (k === "y" || (k === "z" && e.shiftKey)) redo();
  else return;
  e.preventDefault();
}
