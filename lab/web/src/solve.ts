// Solving one's own problem, taking the answer home, and asking the verifier: also
// after a digit has been changed.
import { signal, useSignal } from "@preact/signals";
import { type Solved } from "./api";
import { html } from "./html";
import { engine, state, spoken } from "./store";
import { text } from "./text";
import { Inspected, uploaded } from "./upload";
import { Mark } from "./checks";

const commands = ["sparse", "minnorm", "nearest", "margin"];
const solved = signal<{ data: string; answer: Solved } | null>(null);

interface Verdict { accepted: boolean; words: string; note: string }

export function Solve() {
  const data = state.value.data ?? "";
  const asked = useSignal<string | null>(null); // until then what the data are for
  const command = { value: asked.value ?? (uploaded.value[data]?.points ? "margin" : "sparse") };
  const nonneg = useSignal(false);
  const running = useSignal<AbortController | null>(null);
  const trouble = useSignal("");
  const verdict = useSignal<Verdict | null>(null);
  if (!engine().uploads) return null;
  const run = async () => {
    running.value = new AbortController();
    trouble.value = "";
    verdict.value = null;
    try {
      const flags = command.value === "sparse" && nonneg.value ? { nonneg: true } : {};
      solved.value = { data, answer: await engine().solve(command.value, data, flags, running.value.signal) };
      spoken.value = `${text.solve.result}: ${statusOf(solved.value.answer.result)}`;
    } catch (e) {
      if (!running.value?.signal.aborted) trouble.value = e instanceof Error ? e.message : String(e);
    }
    running.value = null;
  };
  const verify = async (tamper: boolean) => {
    const s = solved.value;
    if (!s) return;
    const [result, note] = tamper ? tampered(s.answer.result) : [s.answer.result, ""];
    trouble.value = "";
    try {
      const v = await engine().verify(result, s.data, AbortSignal.timeout(60_000));
      verdict.value = { ...readVerdict(v), note };
    } catch (e) {
      trouble.value = e instanceof Error ? e.message : String(e);
    }
  };
  const mine = solved.value?.data === data ? solved.value : null;
  return html`<section class="solve" aria-labelledby="head-solve">
    <h2 id="head-solve">${text.solve.title}</h2>
    ${!data ? html`<p>${text.solve.need}</p>` : html`
      <div class="control"><label for="solve-command">${text.solve.command}</label>
        <select id="solve-command" value=${command.value} onChange=${(e: Event) => { asked.value = (e.currentTarget as HTMLSelectElement).value; }}>
          ${commands.map((c) => html`<option value=${c}>${text.solve.commands[c]}</option>`)}</select></div>
      ${command.value === "sparse" && html`<label class="check"><input type="checkbox" checked=${nonneg.value} onChange=${() => { nonneg.value = !nonneg.value; }} />${text.solve.nonneg}</label>`}
      ${running.value
        ? html`<p role="status">${text.solve.running} … <button type="button" onClick=${() => running.value?.abort()}>${text.cancel}</button></p>`
        : html`<button type="button" class="primary" onClick=${run}>${text.solve.run}</button>`}`}
    ${trouble.value && html`<p class="wrong" role="alert">${text.solve.failed} ${trouble.value}</p>`}
    ${mine && html`<div class="solution">
      <p class="status"><strong>${statusOf(mine.answer.result)}</strong></p>
      <p class="buttons"><a class="button primary" href=${engine().filesURL(mine.answer.id)} download="tacit-solution.zip">${text.solve.download}</a></p>
      <p class="buttons"><button type="button" onClick=${() => verify(false)}>${text.solve.verify}</button>
        <button type="button" onClick=${() => verify(true)}>${text.solve.tamper}</button></p>
      <div role="status">${verdict.value && html`<p class=${`verdict ${verdict.value.accepted ? "good" : "bad"}`}><${Mark} pass=${verdict.value.accepted} />
        ${verdict.value.note} ${verdict.value.accepted ? text.solve.accepted : text.solve.rejected} ${verdict.value.words}</p>`}</div>
      <details><summary>${text.solve.result}</summary><${Inspected} of=${shortened(mine.answer.result)} /></details>
    </div>`}
  </section>`;
}

/** What of a result is worth reading here: not its files, digests and long vectors. */
function shortened(result: Record<string, unknown>) {
  const { id: _id, certificate: _certificate, files: _files, input: _input, schema: _schema, exit_code: _code, ...rest } = result;
  return rest;
}

function statusOf(result: Record<string, unknown>): string { return String(result.status ?? ""); }

/** The result with one digit of x changed: what a verifier must notice. */
export function tampered(result: Record<string, unknown>): [Record<string, unknown>, string] {
  const copy = structuredClone(result);
  const x = xOf(copy);
  if (!x) return [copy, ""];
  const k = x.reduce((best, v, j) => (Math.abs(v) > Math.abs(x[best]) ? j : best), 0);
  const was = x[k];
  x[k] = was === 0 ? 1e-3 : was * 1.001;
  return [copy, text.solve.tampered(k, String(was), String(x[k]))];
}

function xOf(result: Record<string, unknown>): number[] | null {
  return Array.isArray(result.x) && result.x.length > 0 ? (result.x as number[]) : null;
}

/** A tacit.verdict/1: valid, or the checks that fail. */
function readVerdict(v: Record<string, unknown>): { accepted: boolean; words: string } {
  const checks = (v.checks ?? []) as { name: string; pass: boolean }[];
  const bad = checks.filter((c) => !c.pass).map((c) => c.name);
  return { accepted: v.valid === true, words: v.valid === true ? text.solve.checksHold(checks.length) : bad.slice(0, 4).join(", ") + (bad.length > 4 ? ", …" : "") };
}
