'use strict';
// Curves that can be pointed at, hidden, enlarged and put on other scales. The
// pictures are complete without this script; it draws panels again from the
// numbers beside them, by the rules of package plot.
(() => {
const NS = 'http://www.w3.org/2000/svg', LN10 = Math.LN10, SIZE = 11.5, EDGE = 12;

// Numbers for people.
const raised = k => String(k).replace(/[-0-9]/g, c => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'['-0123456789'.indexOf(c)]);
const minus = s => s.replace(/-/g, '−');
const scientific = (m, k) => (m === '1' ? '' : minus(m) + '×') + '10' + raised(k);
function num(v) {
  if (v === 0) return '0';
  const [m, k] = v.toPrecision(5).split('e');
  const short = m.includes('.') ? m.replace(/\.?0+$/, '') : m;
  if (k !== undefined) return scientific(short, +k);
  const a = Math.abs(v);
  if (a >= 1e5 || a < 1e-4) {
    const [n, e] = v.toExponential(4).split('e');
    return scientific(n.replace(/\.?0+$/, ''), +e);
  }
  return minus(short);
}
function numLn(l) {
  if (Math.abs(l) < 600) return num(Math.exp(l));
  let k = Math.floor(l / LN10), m = Math.pow(10, l / LN10 - k).toFixed(3);
  if (m === '10.000') { m = '1'; k++; }
  return scientific(m.replace(/\.?0+$/, ''), k);
}

// Ticks, as in plot/ticks.go.
function nice(raw) {
  const p = Math.pow(10, Math.floor(Math.log10(raw)));
  for (const f of [1, 2, 5]) if (f * p >= raw * (1 - 1e-9)) return f * p;
  return 10 * p;
}
function linearTicks(lo, hi, step) {
  const size = Math.max(Math.abs(lo), Math.abs(hi)), e = Math.floor(Math.log10(size));
  const power = e >= 5 || e <= -4 ? e : 0, unit = Math.pow(10, power);
  const digits = Math.min(12, Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9)));
  const ticks = [];
  for (let k = Math.ceil(lo / step - 1e-9); k <= hi / step + 1e-9 && ticks.length < 60; k++) {
    const text = (k * step / unit).toFixed(digits);
    ticks.push({at: k * step, text: minus(/[1-9]/.test(text) ? text : '0')});
  }
  return {ticks, common: power ? '×10' + raised(power) : ''};
}
function logTicks(lo, hi, count) {
  const decades = (hi - lo) / LN10;
  if (decades < 1) {
    const k = Math.floor(lo / LN10), a = Math.exp(lo - k * LN10), b = Math.exp(hi - k * LN10);
    const t = linearTicks(a, b, nice((b - a) / count));
    return {ticks: t.ticks.map(t => ({at: k * LN10 + Math.log(t.at), text: t.text})), common: k ? '×10' + raised(k) : t.common};
  }
  let step = 0;
  for (let scale = 1; !step; scale *= 1000)
    for (const d of [1, 2, 3, 5, 10, 20, 25, 50, 100, 200, 250, 500])
      if (!step && d * scale >= decades / count * (1 - 1e-9)) step = d * scale;
  const ticks = [];
  for (let k = Math.ceil(lo / LN10 / step - 1e-9); k * step <= hi / LN10 + 1e-9; k++) {
    const p = k * step;
    ticks.push({at: p * LN10, text: p === 0 ? '1' : p === 1 ? '10' : '10' + raised(p)});
  }
  return {ticks, common: ''};
}

function el(name, attrs, ...children) {
  const e = document.createElementNS(NS, name);
  for (const k in attrs) e.setAttribute(k, attrs[k]);
  e.append(...children);
  return e;
}
const fix = v => v.toFixed(2);

// markers as in plot/outline.go.
function marker(m, x, y, r) {
  const p = (...d) => d.map(([a, b], i) => (i ? 'L' : 'M') + fix(x + r * a) + ' ' + fix(y + r * b)).join('');
  switch (m) {
    case 1: return p([-.9, -.9], [.9, -.9], [.9, .9], [-.9, .9]) + 'z';
    case 2: return p([0, -1.2], [1.1, .8], [-1.1, .8]) + 'z';
    case 3: return p([0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]) + 'z';
    case 4: return p([0, 1.2], [1.1, -.8], [-1.1, -.8]) + 'z';
    case 5: return p([-1, -1], [1, 1]) + p([-1, 1], [1, -1]);
    case 6: return p([-1.2, 0], [1.2, 0]) + p([0, -1.2], [0, 1.2]);
    case 7: return p([0, -1.4], [0, 1.4]);
  }
  return `M${fix(x - r)} ${fix(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
}
const open = m => m >= 5;

// Axis: what is shown of it now. own is the scale of the numbers in the scene.
class Axis {
  constructor(spec, lo, hi) {
    Object.assign(this, {label: spec.label, own: spec.log, log: spec.log, lo, hi, first: [lo, hi]});
  }
  value(v) { // a number of the scene in the scale that is shown
    if (v === null) return NaN;
    if (this.log === this.own) return v;
    return this.log ? (v > 0 ? Math.log(v) : NaN) : Math.exp(v);
  }
  text(v) { return v === null ? 'none' : this.own ? numLn(v) : num(v); }
  changed() { return this.log !== this.own || this.lo !== this.first[0] || this.hi !== this.first[1]; }
  reset() { this.log = this.own; [this.lo, this.hi] = this.first; }
  ticks(count) { count = Math.max(2, count); return this.log ? logTicks(this.lo, this.hi, count) : linearTicks(this.lo, this.hi, nice((this.hi - this.lo) / count)); }
  fit(values, pad) { // the range of some numbers in the scale that is shown
    let lo = Infinity, hi = -Infinity;
    for (const v of values) if (Number.isFinite(v)) { lo = Math.min(lo, v); hi = Math.max(hi, v); }
    if (!(lo < hi)) { if (!Number.isFinite(lo)) return; lo -= 1; hi += 1; }
    const air = pad ? .05 * (hi - lo) : 0;
    this.lo = lo - air; this.hi = hi + air;
  }
}

class Panel {
  constructor(spec, groups) {
    this.spec = spec;
    this.views = groups.map(g => ({
      group: g, svg: g.closest('svg'), box: g.dataset.box.split(' ').map(Number),
      parts: Object.fromEntries(['axes', 'data', 'labels'].map(c => [c, g.querySelector('.' + c)])),
    }));
    for (const v of this.views) v.first = Object.fromEntries(Object.entries(v.parts).map(([k, e]) => [k, [...e.childNodes]]));
    const range = a => groups[0].dataset[a].split(' ').map(Number);
    this.x = new Axis(spec.x, ...range('x'));
    this.y = new Axis(spec.y, ...range('y'));
    this.hidden = new Set();
  }
  place(view) {
    const [l, t, r, b] = view.box, {x, y} = this;
    return {
      x: v => l + (x.value(v) - x.lo) / (x.hi - x.lo) * (r - l),
      y: v => b - (y.value(v) - y.lo) / (y.hi - y.lo) * (b - t),
    };
  }
  draw() {
    const same = !this.x.changed() && !this.y.changed();
    this.views.forEach((v, k) => {
      for (const part in v.parts) {
        if (same) v.parts[part].replaceChildren(...v.first[part]);
      }
      if (same) v.parts.data.removeAttribute('clip-path');
      else this.redraw(v, k);
      for (const s of v.parts.data.querySelectorAll('.series')) s.classList.toggle('off', this.hidden.has(+s.dataset.series));
    });
  }
  redraw(v, k) {
    const [l, t, r, b] = v.box, at = this.place(v);
    const xt = this.x.ticks(Math.floor((r - l) / 78)), yt = this.y.ticks(Math.floor((b - t) / 38));
    const px = a => l + (a - this.x.lo) / (this.x.hi - this.x.lo) * (r - l), py = a => b - (a - this.y.lo) / (this.y.hi - this.y.lo) * (b - t);
    const word = (x, y, s, anchor, ink) => el('text', {x: fix(x), y: fix(y), 'font-size': SIZE, 'text-anchor': anchor, class: 'fill-' + ink}, s);
    const axes = [el('path', {class: 'stroke-grid', fill: 'none', 'stroke-width': .8,
      d: xt.ticks.map(a => `M${fix(px(a.at))} ${t}V${b}`).join('') + yt.ticks.map(a => `M${l} ${fix(py(a.at))}H${r}`).join('')}),
    el('path', {class: 'stroke-muted', fill: 'none', d: `M${l} ${t}V${b}H${r}`})];
    let free = -Infinity;
    for (const a of xt.ticks) {
      const w = a.text.length * SIZE * .64, x = px(a.at);
      if (x - w / 2 < free) continue;
      axes.push(word(x, b + SIZE + 6, a.text, 'middle', 'muted'));
      free = x + w / 2 + 6;
    }
    for (const a of yt.ticks) axes.push(word(l - 7, py(a.at) + SIZE * .36, a.text, 'end', 'muted'));
    const suffix = c => c ? ` (${c})` : '';
    axes.push(word(l, b + SIZE * 2.35 + 6, this.x.label + suffix(xt.common), 'start', 'ink'));
    axes.push(word(EDGE, t - 10, this.y.label + suffix(yt.common), 'start', 'ink'));
    v.parts.axes.replaceChildren(...axes);

    const id = v.svg.getAttribute('aria-labelledby').split(' ')[0] + '-clip-' + v.group.dataset.panel;
    if (!v.svg.querySelector('#' + id)) v.svg.append(el('clipPath', {id}, el('rect', {x: l, y: t, width: r - l, height: b - t})));
    v.parts.data.setAttribute('clip-path', `url(#${id})`);
    v.parts.data.replaceChildren(...this.spec.series.map((s, k) => el('g', {class: 'series', 'data-series': k}, ...this.series(s, at, v.box))));

    const labels = [];
    for (const q of this.spec.rules || []) {
      const [a, lo, hi] = q.vertical ? [this.x.value(q.at), this.x.lo, this.x.hi] : [this.y.value(q.at), this.y.lo, this.y.hi];
      if (!(a >= lo && a <= hi)) continue;
      const p = q.vertical ? px(a) : py(a);
      labels.push(el('path', {class: 'stroke-reference', fill: 'none', 'stroke-dasharray': '8 3', d: q.vertical ? `M${fix(p)} ${t}V${b}` : `M${l} ${fix(p)}H${r}`}));
      if (q.label) labels.push(q.vertical ? word(p + 5, t + SIZE, q.label, 'start', 'ink') : word(r + 6, p + SIZE * .36, q.label, 'start', 'ink'));
    }
    for (const q of this.spec.labels || []) {
      const x = at.x(q.x), y = at.y(q.y);
      if (!(x >= l && x <= r && y >= t && y <= b)) continue;
      if (q.dot) labels.push(el('circle', {cx: fix(x), cy: fix(y), r: 4.5, class: 'fill-ink'}));
      labels.push(word(x + 8, y + SIZE * .36, q.text, 'start', 'ink'));
    }
    v.parts.labels.replaceChildren(...labels);
  }
  series(s, at, box) {
    const [l, t, r, b] = box, X = s.x || [], Y = s.y || [], out = [];
    const clamp = v => Math.max(-1e5, Math.min(1e5, v));
    const spot = k => { const x = at.x(X[k]), y = at.y(Y[k]); return Number.isFinite(x) && Number.isFinite(y) ? [clamp(x), clamp(y)] : null; };
    const inside = p => p && p[0] >= l - 1 && p[0] <= r + 1 && p[1] >= t - 1 && p[1] <= b + 1;
    if (s.shape === 'band') {
      const up = [], down = [];
      X.forEach((_, k) => { const p = spot(k), q = at.y(s.y2[k]); if (p && Number.isFinite(q)) { down.push(p); up.unshift([p[0], clamp(q)]); } });
      const all = down.concat(up);
      if (all.length) out.push(el('path', {class: 'fill-' + s.ink, 'fill-opacity': .25, d: all.map((p, k) => (k ? 'L' : 'M') + fix(p[0]) + ' ' + fix(p[1])).join('') + 'Z'}));
      return out;
    }
    let d = '', last = null, marks = [];
    X.forEach((_, k) => {
      const p = spot(k);
      if (inside(p)) marks.push(p);
      if (s.shape === 'stems' && p) {
        const foot = this.y.log ? b : Math.max(t, Math.min(b, at.y(0)));
        d += `M${fix(p[0])} ${fix(foot)}V${fix(p[1])}`;
      } else if (s.shape === 'line' || s.shape === 'steps') {
        if (p) d += last ? (s.shape === 'steps' ? `H${fix(p[0])}V${fix(p[1])}` : `L${fix(p[0])} ${fix(p[1])}`) : `M${fix(p[0])} ${fix(p[1])}`;
      }
      last = p;
    });
    if (d) out.push(el('path', {fill: 'none', class: 'stroke-' + s.ink, 'stroke-width': s.shape === 'stems' ? Math.max(.5, Math.min(1.6, (r - l) / (2 * X.length + 1))) : s.width, 'stroke-dasharray': s.shape === 'stems' ? 'none' : (s.dash || []).join(' ') || 'none', d}));
    if (s.marker >= 0 && marks.length) {
      if ((s.shape === 'line' || s.shape === 'steps') && marks.length > 24) {
        let next = -Infinity;
        marks = marks.filter(p => p[0] >= next && (next = p[0] + (r - l) / 5));
      }
      const radius = s.shape === 'stems' || s.shape === 'points' ? (marks.length > 150 ? 1.6 : 3.4) : 3.2;
      const path = marks.map(p => marker(s.marker, p[0], p[1], radius)).join('');
      out.push(el('path', open(s.marker) ? {fill: 'none', class: 'stroke-' + s.ink, 'stroke-width': 1.6, d: path} : {class: 'fill-' + s.ink, d: path}));
    }
    return out;
  }
  // nearest finds the place of the data that is nearest to px, and what is there.
  nearest(view, px) {
    const at = this.place(view);
    let best = null, gap = Infinity;
    const rows = [];
    this.spec.series.forEach((s, k) => {
      // A name in grey stands for many lines, of which none is to be read off.
      if (!s.name || this.hidden.has(k) || s.shape === 'bars' || s.ink === 'context' && (s.shape === 'line' || s.shape === 'steps')) return;
      let index = -1, near = Infinity;
      (s.x || []).forEach((x, i) => {
        if (x === null || s.y[i] === null) return;
        const d = Math.abs(at.x(x) - px);
        if (d < near) { near = d; index = i; }
      });
      if (index < 0) return;
      rows.push({s, index});
      if (near < gap) { gap = near; best = s.x[index]; }
    });
    if (best === null) return null;
    const here = at.x(best);
    return {x: best, px: here, rows: rows.flatMap(({s, index}) => {
      if (s.shape === 'stems' || s.shape === 'points') {
        if (Math.abs(at.x(s.x[index]) - here) > .5) return [];
      } else if (s.shape === 'steps') {
        while (index > 0 && at.x(s.x[index]) > here + .01) index--;
      }
      const upper = s.y2 ? ' to ' + this.y.text(s.y2[index]) : '';
      return [{name: s.name, value: this.y.text(s.y[index]) + upper}];
    })};
  }
}

function button(text, act, pressed) {
  const b = document.createElement('button');
  b.type = 'button';
  b.textContent = text;
  if (pressed !== undefined) b.setAttribute('aria-pressed', pressed);
  b.addEventListener('click', () => act(b));
  return b;
}

function setUp(figure) {
  const scene = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
  const svgs = [...figure.querySelectorAll('.drawing svg')];
  const panels = scene.panels.map((spec, k) => new Panel(spec, svgs.map(s => s.querySelector(`.panel[data-panel="${k}"]`))));
  const live = panels.filter(p => !p.spec.fixed);
  const readout = Object.assign(document.createElement('div'), {className: 'readout'});
  readout.setAttribute('aria-live', 'polite');
  const controls = Object.assign(document.createElement('div'), {className: 'controls'});
  const drawAll = () => panels.forEach(p => p.draw());
  const linked = p => live.filter(q => q.x.label === p.x.label && q.x.own === p.x.own);

  // Series can be hidden where they are named.
  for (const svg of svgs) {
    svg.setAttribute('role', 'group');
    for (const g of svg.querySelectorAll('.legend')) {
      const panel = panels[+g.closest('.panel').dataset.panel], name = panel.spec.series[+g.dataset.series].name;
      g.classList.add('button');
      g.setAttribute('role', 'button');
      g.setAttribute('tabindex', '0');
      g.setAttribute('aria-pressed', 'true');
      g.setAttribute('aria-label', name);
      const toggle = () => {
        const off = !g.classList.contains('off');
        for (const p of panels) p.spec.series.forEach((s, k) => { if (s.name === name) off ? p.hidden.add(k) : p.hidden.delete(k); });
        for (const other of figure.querySelectorAll('.legend')) {
          if (other.getAttribute('aria-label') !== name) continue;
          other.classList.toggle('off', off);
          other.setAttribute('aria-pressed', String(!off));
        }
        drawAll();
      };
      g.addEventListener('click', toggle);
      g.addEventListener('keydown', e => { if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); toggle(); } });
    }
  }

  // Scales.
  const values = (p, axis) => p.spec.series.filter(s => s.shape !== 'bars').flatMap(s => axis === 'x' ? s.x || [] : (s.y || []).concat(s.y2 || []));
  const canSwitch = (p, axis) => {
    const v = values(p, axis).filter(x => x !== null);
    return p[axis].own ? v.length > 0 && v.every(x => Math.abs(x) < 600) : v.some(x => x > 0) && v.every(x => x >= 0);
  };
  const scales = new Set();
  for (const p of live) {
    for (const axis of ['x', 'y']) {
      const key = axis + p[axis].label;
      if (scales.has(key) || !p[axis].label || p.spec[axis].label.startsWith('coordinate') || !canSwitch(p, axis)) continue;
      scales.add(key);
      const group = axis === 'x' ? linked(p) : [p];
      const reset = button('log ' + p[axis].label.split(/[,=]/)[0].trim(), b => {
        const log = !p[axis].log;
        for (const q of group) {
          q[axis].log = log;
          if (log === q[axis].own) [q[axis].lo, q[axis].hi] = q[axis].first;
          else q[axis].fit(values(q, axis).map(v => q[axis].value(v)), axis === 'y');
        }
        b.setAttribute('aria-pressed', String(log));
        drawAll();
      }, String(p[axis].log));
      reset.dataset.own = String(p[axis].own);
      controls.append(reset);
    }
  }
  const reset = () => {
    for (const p of live) { p.x.reset(); p.y.reset(); }
    for (const b of controls.querySelectorAll('[data-own]')) b.setAttribute('aria-pressed', b.dataset.own);
    drawAll();
  };
  const zoom = (p, factor, centre) => {
    for (const q of linked(p)) {
      const c = centre === undefined ? (q.x.lo + q.x.hi) / 2 : centre;
      q.x.lo = c + (q.x.lo - c) * factor;
      q.x.hi = c + (q.x.hi - c) * factor;
    }
    drawAll();
  };
  if (live.length) {
    controls.append(button('enlarge', () => zoom(live[0], .5)), button('reduce', () => zoom(live[0], 2)), button('reset', reset));
    const hint = Object.assign(document.createElement('span'), {className: 'hint', textContent: 'point to read, drag to enlarge, names hide their curve'});
    controls.append(hint);
  }

  // Reading off.
  const show = (p, view, px) => {
    clear();
    const n = p.nearest(view, px);
    if (!n) return;
    const [l, t, r, b] = view.box;
    if (n.px >= l && n.px <= r) view.group.append(el('path', {class: 'cross', fill: 'none', d: `M${fix(n.px)} ${t}V${b}`}));
    const item = (name, value) => { const s = document.createElement('span'), bold = document.createElement('b'); bold.textContent = value; s.append(name + ' ', bold); return s; };
    readout.replaceChildren(item(p.x.label, p.x.text(n.x)), ...n.rows.slice(0, 12).map(q => item(q.name, q.value)));
    return n;
  };
  const clear = () => { for (const c of figure.querySelectorAll('.cross')) c.remove(); };

  svgs.forEach((svg, k) => {
    const box = svg.viewBox.baseVal;
    const where = e => {
      const r = svg.getBoundingClientRect();
      const x = (e.clientX - r.left) / r.width * box.width, y = (e.clientY - r.top) / r.height * box.height;
      const p = live.find(p => { const [l, t, rr, b] = p.views[k].box; return x >= l && x <= rr && y >= t && y <= b; });
      return {x, y, p, view: p && p.views[k]};
    };
    let from = null, rubber = null;
    svg.addEventListener('pointermove', e => {
      const w = where(e);
      if (from) {
        const [l, t, r, b] = from.view.box, x = Math.max(l, Math.min(r, w.x)), y = Math.max(t, Math.min(b, w.y));
        if (!rubber) { rubber = el('rect', {class: 'box'}); from.view.group.append(rubber); }
        const a = {x: Math.min(x, from.x), y: Math.min(y, from.y), width: Math.abs(x - from.x), height: Math.abs(y - from.y)};
        for (const n in a) rubber.setAttribute(n, a[n]);
        return;
      }
      if (w.p) show(w.p, w.view, w.x);
    });
    svg.addEventListener('pointerleave', () => { if (!from) clear(); });
    svg.addEventListener('pointerdown', e => {
      const w = where(e);
      if (!w.p) return;
      show(w.p, w.view, w.x);
      if (e.pointerType === 'touch' || e.button !== 0) return;
      e.preventDefault();
      from = w;
      svg.setPointerCapture(e.pointerId);
    });
    svg.addEventListener('pointerup', () => {
      if (rubber) {
        const [x, y, w, h] = ['x', 'y', 'width', 'height'].map(n => +rubber.getAttribute(n));
        rubber.remove();
        if (w > 8 && h > 8) {
          const p = from.p, [l, t, r, b] = from.view.box;
          const ax = v => p.x.lo + (v - l) / (r - l) * (p.x.hi - p.x.lo), ay = v => p.y.lo + (b - v) / (b - t) * (p.y.hi - p.y.lo);
          const [xlo, xhi, ylo, yhi] = [ax(x), ax(x + w), ay(y + h), ay(y)];
          for (const q of linked(p)) { q.x.lo = xlo; q.x.hi = xhi; }
          p.y.lo = ylo; p.y.hi = yhi;
          drawAll();
        }
      }
      from = rubber = null;
    });
    svg.addEventListener('dblclick', reset);

    // The same by keyboard.
    const drawing = svg.parentElement;
    if (!live.length) return;
    drawing.tabIndex = 0;
    drawing.setAttribute('role', 'group');
    drawing.setAttribute('aria-label', 'figure; arrow keys read values, plus and minus enlarge and reduce, escape resets');
    let at = null;
    drawing.addEventListener('keydown', e => {
      if (e.target !== drawing) return;
      const p = live[0], view = p.views[k], [l, , r] = view.box;
      const step = {ArrowRight: 1, ArrowLeft: -1, PageDown: 10, PageUp: -10}[e.key];
      if (step) {
        e.preventDefault();
        const xs = [...new Set(p.spec.series.filter(s => s.name).flatMap(s => s.x || []).filter(x => x !== null))].sort((a, b) => a - b);
        let i = at === null ? (step > 0 ? -1 : xs.length) : xs.indexOf(at);
        i = Math.max(0, Math.min(xs.length - 1, i + step));
        at = xs[i];
        show(p, view, p.place(view).x(at));
      } else if (e.key === '+' || e.key === '=') zoom(p, .5, at === null ? undefined : p.x.value(at));
      else if (e.key === '-') zoom(p, 2, at === null ? undefined : p.x.value(at));
      else if (e.key === 'Escape') { at = null; clear(); reset(); }
    });
  });
  if (live.length) {
    const caption = figure.querySelector('figcaption');
    caption.before(controls, readout);
  }
}

for (const f of document.querySelectorAll('.figure')) setUp(f);
})();
