// The wire format of /api/v1 (docs/api.md), as far as the page reads it. The
// worker of an exported site answers in the same form.

export type State = Record<string, string>;

export type ControlKind = "number" | "decimal" | "integer" | "choice" | "toggle" | "points" | "text";

export interface Control {
  key: string;
  label: string;
  help?: string;
  kind: ControlKind;
  default: string;
  min: number;
  max: number;
  step: number;
  choices?: { value: string; label: string }[];
}

export interface Page {
  id: string;
  title: string;
  sentence: string;
  formula: string;
  text: string[];
  exercise?: string;
  data: boolean;
  long: boolean;
  controls: Control[];
}

/** The ends of an axis as drawn; natural logarithms if log. */
export interface Range { min: number; max: number; log: boolean }

/** Where a panel's data are: [left, top, width, height] in units of the view box. */
export interface Panel { box: [number, number, number, number]; x: Range; y: Range }

export interface Handle {
  panel: number;
  x: number;
  y: number;
  x_key?: string;
  y_key?: string;
  point: number;
  label: string;
}

/** A link on a part of a panel, with its edges in the numbers of the axes. */
export interface Area extends Link {
  panel: number;
  left: number;
  right: number;
  bottom: number;
  top: number;
}

export interface Table { caption: string; columns: string[]; rows: string[][] }

export interface Figure {
  id: string;
  title: string;
  caption: string;
  alt: string;
  svg: string;
  width: number;
  height: number;
  trace?: string;
  tables: Table[] | null;
  panels: Panel[];
  handles: Handle[] | null;
  areas?: Area[] | null;
}

export interface Check {
  name: string;
  predicted: string;
  measured: string;
  error: number | null;
  error_why?: string;
  tolerance: number | null;
  tolerance_why?: string;
  pass: boolean;
}

/** Leads to a page in a state; page "" is the page itself, and state what changes. */
export interface Link { label: string; page: string; state: State }

export interface Step {
  page: string;
  state: State;
  title: string;
  lemma?: string;
  notes: string[] | null;
  question?: string;
  options?: { value: string; label: string }[] | null;
  answer?: string;
}

/** What became of the question of a step. */
export interface Reply { given: string; correct: string; right: boolean }

export interface View {
  state: State;
  notes: string[] | null;
  summary: string;
  figures: Figure[];
  checks: Check[] | null;
  facts: { name: string; value: string }[] | null;
  command: string[] | null;
  links?: Link[] | null;
  steps?: Step[] | null;
  step?: number;
  reply?: Reply | null;
  seconds?: number;
  partial?: boolean;
}

export interface DataInfo {
  name: string;
  rows: number;
  cols: number;
  points?: boolean;
  inspect?: unknown;
  expires?: string;
}

export interface Health { instance: string }

/** What stands in the page when it arrives: no request is needed for the first picture. */
export interface Boot {
  mode: "server" | "wasm";
  version: string;
  instance: string;
  read_only: boolean;
  pages?: Page[];
  page: string;
  view: View | null;
  notes: string[] | null;
}
