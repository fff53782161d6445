// Decimals of any exponent as text: "1e-3000" is a number here, although no
// float64 is as small. Only what a slider and a number field need.

const form = /^([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,9}))?$/;

/** Whether the text is a decimal, of any exponent. */
export function isDecimal(text: string): boolean {
  return form.test(text.trim());
}

/** log10 of a positive decimal, or NaN. */
export function log10(text: string): number {
  const m = form.exec(text.trim());
  if (!m || m[1] === "-") return NaN;
  const digits = m[2].replace(".", "").replace(/^0+/, "");
  if (digits === "") return NaN;
  const point = m[2].indexOf(".");
  const whole = point < 0 ? m[2].length : point;
  const zeros = m[2].replace(".", "").length - digits.length;
  const lead = Number(digits[0] + "." + (digits.slice(1, 17) || "0"));
  return Math.log10(lead) + whole - zeros - 1 + Number(m[3] ?? 0);
}

/** The decimal 10^l with four digits, short where it can be. */
export function fromLog10(l: number): string {
  let e = Math.floor(l + 1e-9);
  let lead = Number(Math.pow(10, l - e).toPrecision(4));
  if (lead >= 10) { lead /= 10; e++; }
  if (e >= -4 && e < 6) return short(Number(lead + "e" + e));
  return lead + "e" + e;
}

/** A number as short as it can be told, without digits that binary left behind. */
export function short(x: number): string {
  return String(Number(x.toPrecision(12)));
}

/** x rounded to what a change by `unit` (a pixel) can tell apart. */
export function rounded(x: number, unit: number): string {
  if (!(unit > 0) || !isFinite(x)) return String(x);
  const places = Math.max(0, Math.min(15, Math.ceil(-Math.log10(unit))));
  return String(Number(x.toFixed(places)));
}
