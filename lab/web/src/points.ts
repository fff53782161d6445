// Points of the plane as the text of a control: "x,y,label;x,y,label;…".

export interface Point { x: string; y: string; label: string }

export function parsePoints(s: string): Point[] {
  return s.split(";").map((p) => p.trim()).filter(Boolean).map((p) => {
    const [x = "0", y = "0", label = "0"] = p.split(",").map((z) => z.trim());
    return { x, y, label };
  });
}

export function formatPoints(points: Point[]): string {
  return points.map((p) => `${p.x},${p.y},${p.label}`).join(";");
}

export function withPoint(s: string, k: number, patch: Partial<Point>): string {
  return formatPoints(parsePoints(s).map((p, j) => (j === k ? { ...p, ...patch } : p)));
}

export function withoutPoint(s: string, k: number): string {
  return formatPoints(parsePoints(s).filter((_, j) => j !== k));
}

/** The other label, of two classes. */
export function otherLabel(label: string): string {
  return label.startsWith("-") ? label.slice(1) : label === "0" ? "1" : "-" + label;
}
