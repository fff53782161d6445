// Statements and texts as HTML, exactly as RichText and RichFormula of package page write
// them: marks of TeX below and above the line, and lines that do not break inside of
// short brackets and between an operator and what it is applied to.
import { html } from "./html";

const marked = /([_^])(?:\{([^{}]*)\}|([\u2212+-]?(?:[0-9]+|\p{L}[\p{M}′ᵢⱼₖ₀-₉]*)))/gu;
const operator = / ([=≤≥≈∈⇔⇒→⟂<>:+\u2212·∘]) /g;
const wordy = /[A-Za-z]{4,}/;
const formal = /[^A-Za-z0-9.,;:!?'"“”’–—-]/;
const nbsp = "\u00a0";
const longestBond = 28;
const shuts: Record<string, string> = { "(": ")", "⟨": "⟩", "{": "}", "[": "]", "‖": "‖", "|": "|" };

/** A text as HTML; every character of it is escaped. */
export function rich(text: string): string {
  return bonded(text.replace(/ {2,}/g, " ").replace(operator, ` $1${nbsp}`)).split(" ").map((c) => {
    const escaped = c.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    const h = escaped.replace(marked, (_, mark: string, group?: string, one?: string) => {
      const tag = mark === "_" ? "sub" : "sup";
      return `<${tag}>${group ?? one}</${tag}>`;
    });
    return [...c].length <= longestBond && formal.test(c) ? `<span class="nb">${h}</span>` : h;
  }).join(" ");
}

function bonded(text: string): string {
  const s = [...text];
  for (let i = 0; i < s.length; i++) {
    const end = bracket(s, i);
    if (end < 0 || wordy.test(s.slice(i, end).join(""))) continue;
    for (let k = i; k < end; k++) if (s[k] === " ") s[k] = nbsp;
  }
  return s.join("");
}

function bracket(s: string[], i: number): number {
  const shut = shuts[s[i]];
  if (!shut) return -1;
  let depth = 0;
  for (let k = i + 1; k < s.length && k - i <= longestBond; k++) {
    if (s[k] === shut && depth === 0) return k;
    if (s[k] === shut) depth--;
    else if (s[k] === s[i]) depth++;
  }
  return -1;
}

/** A text with marks. */
export function Rich({ text }: { text: string }) {
  return html`<span dangerouslySetInnerHTML=${{ __html: rich(text) }} />`;
}

/** A statement: what three spaces part stands on lines of its own. */
export function Formula({ text }: { text: string }) {
  const parts = text.split(/ {3,}/).map((p) => `<span class="part">${rich(p)}</span>`).join("");
  return html`<p class="formula" dangerouslySetInnerHTML=${{ __html: parts }} />`;
}
