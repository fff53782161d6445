// An earlier picture under the present one. Its data are moved to where the axes
// of the present picture have them, so that the two can be compared although the
// ranges have changed.
import type { Figure, Panel } from "./wire";

export function ghostSVG(was: Figure, now: Figure): string {
  const doc = new DOMParser().parseFromString(was.svg, "image/svg+xml");
  let body = "";
  now.panels.forEach((p, k) => {
    const q = was.panels[k];
    const data = doc.querySelector(`g.panel[data-panel="${k}"] > g.data`);
    if (!q || !data || q.x.log !== p.x.log || q.y.log !== p.y.log) return;
    const [left, top, width, height] = p.box;
    const [a, e] = along(q, p, 0);
    const [d, f] = along(q, p, 1);
    // A nested svg cuts off what lies beyond the axes.
    body += `<svg x="${left}" y="${top}" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}" preserveAspectRatio="none">` +
      `<g transform="matrix(${a} 0 0 ${d} ${e} ${f})">${new XMLSerializer().serializeToString(data)}</g></svg>`;
  });
  return body && `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${now.width} ${now.height}">${body}</svg>`;
}

/** Factor and shift that carry one side of panel q, in units of its drawing, to p's. */
function along(q: Panel, p: Panel, side: 0 | 1): [number, number] {
  const [from, to] = side === 0 ? [q.x, p.x] : [q.y, p.y];
  const fromLength = q.box[side + 2];
  const toLength = p.box[side + 2];
  const unit = (from.max - from.min) / (to.max - to.min);
  const factor = (unit * toLength) / fromLength;
  // Numbers grow upwards, coordinates of the drawing downwards.
  const start = side === 0
    ? p.box[0] + ((from.min - to.min) / (to.max - to.min)) * toLength - factor * q.box[0]
    : p.box[1] + ((to.max - from.max) / (to.max - to.min)) * toLength - factor * q.box[1];
  return [factor, start];
}
