// The text of a link, "v=1&page=alpha&a=1e-300", in both directions: the same
// form as lab/page writes and reads. Nothing here fails: what cannot be read is
// left out with a note.
import { text } from "./text";
import type { Page, State } from "./wire";

export const version = "1";

/** What a link holds beside the page and its state: how the page is presented. */
export interface Presentation {
  hide: string[]; // keys of controls, or "controls", "text", "rail"
  embed: boolean;
}

export interface Link {
  page: string; // "" if none is named
  state: State;
  present: Presentation;
  notes: string[];
}

const longest = 1 << 16;

export function parseLink(raw: string): Link {
  const out: Link = { page: "", state: {}, present: { hide: [], embed: false }, notes: [] };
  const body = raw.replace(/^#/, "");
  if (body.length > longest) {
    out.notes.push(text.link.tooLong(body.length));
    return out;
  }
  let version1 = false;
  let named = 0;
  for (const part of body.split("&")) {
    if (part === "") continue;
    const cut = part.indexOf("=");
    const key = decode(cut < 0 ? part : part.slice(0, cut));
    const value = cut < 0 ? "" : decode(part.slice(cut + 1));
    if (key === null || value === null || key === "" || cut < 0) {
      out.notes.push(text.link.unreadable(clip(part)));
      continue;
    }
    named++;
    switch (key) {
      case "v":
        version1 = true;
        if (value !== version) out.notes.push(text.link.version(clip(value)));
        break;
      case "page": out.page = value; break;
      case "hide": out.present.hide = value.split(",").filter(Boolean); break;
      case "embed": out.present.embed = value === "1"; break;
      default: out.state[key] = value;
    }
  }
  if (named > 0 && !version1) out.notes.push(text.link.noVersion);
  return out;
}

export function formatLink(page: Page, state: State, present?: Presentation): string {
  let s = "v=" + version + "&page=" + encode(page.id);
  for (const key of Object.keys(state).sort()) {
    const control = page.controls.find((c) => c.key === key);
    if (control && control.default === state[key]) continue;
    s += "&" + encode(key) + "=" + encode(state[key]);
  }
  if (present?.hide.length) s += "&hide=" + encode(present.hide.join(","));
  if (present?.embed) s += "&embed=1";
  return s;
}

function encode(s: string): string {
  return encodeURIComponent(s).replace(/%20/g, "+").replace(/%2C/g, ",").replace(/%3B/g, ";").replace(/%3A/g, ":");
}

function decode(s: string): string | null {
  try {
    return decodeURIComponent(s.replace(/\+/g, " "));
  } catch {
    return null;
  }
}

function clip(s: string): string {
  return s.length > 40 ? s.slice(0, 40) + "…" : s;
}
