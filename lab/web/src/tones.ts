// A series as sound: pitch is its value, time its place from left to right.
import { log10 } from "./decimal";
import type { Figure } from "./wire";

export interface Melody {
  values: number[]; // in [0, 1]; NaN is silence
  places: number[]; // in [0, 1] of the panel's width
}

/** The series that the figure names, out of its tables; null if it is not there. */
export function tonesOf(f: Figure): Melody | null {
  const panel = f.panels[0];
  for (const t of f.tables ?? []) {
    const wide = t.columns.indexOf(f.trace!);
    let rows: [string, string][];
    if (wide > 0) {
      const x = t.columns[0] === "" && wide > 1 ? 1 : 0;
      rows = t.rows.map((r) => [r[x], r[wide]]);
    } else {
      rows = t.rows.filter((r) => r[0] === f.trace).map((r) => [r[1], r[2]]);
    }
    if (rows.length < 2) continue;
    const read = (s: string, log: boolean) => (log ? log10(s) * Math.LN10 : Number(s));
    const y = rows.map((r) => read(r[1], panel.y.log));
    const x = rows.map((r) => read(r[0], panel.x.log));
    const seen = y.filter(isFinite);
    const lo = Math.min(...seen), hi = Math.max(...seen);
    return {
      values: y.map((v) => (hi > lo ? (v - lo) / (hi - lo) : isFinite(v) ? 0.5 : NaN)),
      places: x.map((v) => Math.min(1, Math.max(0, (v - panel.x.min) / (panel.x.max - panel.x.min)))),
    };
  }
  return null;
}

const seconds = 3;
const lowest = 196; // Hz, of the least value; the greatest is two and a half octaves above
const octaves = 2.5;

export class Tones {
  private readonly audio = new AudioContext();
  private frame = 0;

  constructor(m: Melody, at: (place: number | null) => void, private readonly done: () => void) {
    const oscillator = this.audio.createOscillator();
    const gain = this.audio.createGain();
    oscillator.type = "triangle";
    oscillator.connect(gain).connect(this.audio.destination);
    const start = this.audio.currentTime + 0.05;
    const n = m.values.length;
    gain.gain.setValueAtTime(0, start);
    m.values.forEach((v, k) => {
      const when = start + (seconds * k) / (n - 1);
      gain.gain.linearRampToValueAtTime(isFinite(v) ? 0.2 : 0, when);
      if (isFinite(v)) oscillator.frequency.linearRampToValueAtTime(lowest * Math.pow(2, octaves * v), when);
    });
    gain.gain.linearRampToValueAtTime(0, start + seconds + 0.1);
    oscillator.start(start);
    oscillator.stop(start + seconds + 0.15);
    oscillator.onended = () => this.stop();
    const follow = () => {
      const k = Math.round(((this.audio.currentTime - start) / seconds) * (n - 1));
      at(m.places[Math.min(n - 1, Math.max(0, k))]);
      this.frame = requestAnimationFrame(follow);
    };
    this.frame = requestAnimationFrame(follow);
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    if (this.audio.state !== "closed") {
      void this.audio.close();
      this.done();
    }
  }
}
