// Lecture mode: the steps of the script one after the other, each with a question
// that is answered before the picture shows it.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Mark } from "./checks";
import { html } from "./html";
import { isDecimal } from "./decimal";
import { Rich } from "./rich";
import { change, current, hidden, open, pages, state, view } from "./store";
import { text } from "./text";
import type { Page, Step, View } from "./wire";

/** The page that is the script, if this lab has one. */
export function script(): Page | undefined { return pages.value.find((p) => p.id === "lecture"); }

export function inLecture(): boolean { return current.value?.id === "lecture"; }

/** The control of the script that says which step it is. */
function stepKey(): string {
  return script()?.controls.find((c) => c.kind === "integer")?.key ?? "s";
}

function goTo(v: View, k: number): void {
  const n = v.steps?.length ?? 0;
  if (k < 0 || k >= n) return;
  const first = Number(script()?.controls.find((c) => c.key === stepKey())?.min ?? 0);
  // The reply belongs to the step that is left.
  open("lecture", { [stepKey()]: String(k + first) });
}

const waiting = (s: Step | undefined, v: View) => !!s?.question && !v.reply && state.value.r !== "1";

function onKey(e: KeyboardEvent): void {
  const v = view.value;
  const target = e.target as HTMLElement;
  if (!v?.steps || e.ctrlKey || e.metaKey || e.altKey || target.closest("input, select, textarea, dialog, .handle, .areas, .scroll")) return;
  const at = v.step ?? 0;
  switch (e.key) {
    case "ArrowRight": case "PageDown":
      if (waiting(v.steps[at], v)) change({ r: "1" });
      else goTo(v, at + 1);
      break;
    case "ArrowLeft": case "PageUp": goTo(v, at - 1); break;
    case "Escape": leave(v); break;
    default: return;
  }
  e.preventDefault();
}

function leave(v: View): void {
  const s = v.steps?.[v.step ?? 0];
  open(s?.page || pages.value[0].id, s?.state ?? {});
}

/** Above the picture: which step, and the ways onward. */
export function LectureBar() {
  useEffect(() => {
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  const v = view.value;
  if (!v?.steps?.length) return null;
  const at = v.step ?? 0;
  const s = v.steps[at];
  return html`<nav class="lecture-bar" aria-label=${text.lecture.title}>
    <p class="where">${text.lecture.step(at + 1, v.steps.length)}</p>
    <progress aria-hidden="true" max=${v.steps.length} value=${at + 1}></progress>
    <button type="button" disabled=${at === 0} onClick=${() => goTo(v, at - 1)}>← ${text.lecture.previous}</button>
    ${waiting(s, v)
      ? html`<button type="button" class="primary" onClick=${() => change({ r: "1" })}>${text.lecture.reveal}</button>`
      : html`<button type="button" class="primary" disabled=${at === v.steps.length - 1} onClick=${() => goTo(v, at + 1)}>${text.lecture.next} →</button>`}
    <button type="button" onClick=${() => leave(v)}>${text.lecture.leave}</button>
  </nav>
  <h2 class="step-title">${s.title}</h2>
  ${s.lemma && html`<p class="lemma"><${Rich} text=${s.lemma} /></p>`}`;
}

/** Beside the picture: the question, what was answered, and the presenter's notes. */
export function LectureAside() {
  const v = view.value;
  const s = v?.steps?.[v.step ?? 0];
  if (!v || !s) return null;
  return html`${s.question && html`<section class="question" aria-labelledby="head-question" key=${v.step}>
      <h2 id="head-question">${text.lecture.predict}</h2>
      <p class="ask"><${Rich} text=${s.question} /></p>
      ${waiting(s, v) ? html`<${Answer} step=${s} />` : html`<${Outcome} step=${s} view=${v} />`}
    </section>`}
    ${s.notes?.length && !hidden("notes") ? html`<details class="presenter"><summary>${text.lecture.notes}</summary>
      ${s.notes.map((n) => html`<p><${Rich} text=${n} /></p>`)}<p class="help">${text.lecture.keys}</p></details>` : null}
    ${s.page && html`<p><button type="button" onClick=${() => leave(v)}>${text.lecture.open}</button></p>`}`;
}

function Answer({ step: s }: { step: Step }) {
  const given = useSignal("");
  const options = s.options ?? [];
  const usable = options.length ? given.value !== "" : isDecimal(given.value);
  const submit = (e: Event) => {
    e.preventDefault();
    if (usable) change({ a: given.value.trim() });
  };
  return html`<form onSubmit=${submit}>
    ${options.length ? html`<fieldset><legend>${text.lecture.yourAnswer}</legend>
        ${options.map((o) => html`<label class="check"><input type="radio" name="answer" value=${o.value} checked=${given.value === o.value}
          onChange=${() => { given.value = o.value; }} /><${Rich} text=${o.label} /></label>`)}</fieldset>`
      : html`<label class="control">${text.lecture.yourAnswer}
        <input type="text" class="field" value=${given.value} onInput=${(e: Event) => { given.value = (e.currentTarget as HTMLInputElement).value; }} /></label>`}
    <p class="buttons"><button type="submit" class="primary" disabled=${!usable}>${text.lecture.check}</button>
      <button type="button" onClick=${() => change({ r: "1" })}>${text.lecture.reveal}</button></p>
  </form>`;
}

function Outcome({ step: s, view: v }: { step: Step; view: View }) {
  const r = v.reply;
  const say = (value: string) => s.options?.find((o) => o.value === value)?.label ?? value;
  return html`<div role="status">
    ${r && (r.given === "" ? html`<p class="verdict">${text.lecture.givenUp(say(r.correct))}</p>`
      : html`<p class=${`verdict ${r.right ? "good" : "bad"}`}><${Mark} pass=${r.right} />${r.right ? text.lecture.right : text.lecture.wrong(say(r.given), say(r.correct))}</p>`)}
    ${s.answer && html`<p><${Rich} text=${s.answer} /></p>`}
  </div>`;
}
