package plot

import "math"

// greys is the number of tones of a photograph: more than eyes tell apart, and few
// enough that its pixels become one path for each tone.
const greys = 64

func (p *panelLayout) drawCells(pen pen) {
	pen.open(group{class: "cells"})
	if p.Cells.Grey {
		p.drawGreys(pen)
		pen.shut()
		return
	}
	for k, v := range p.Cells.Value {
		if r, ok := p.cellBox(k); ok && finite(v) {
			pen.shade(r, min(1, max(0, v)))
		}
	}
	pen.shut()
}

// cellBox is where cell k is on the page, and whether any of it is in the panel.
func (p *panelLayout) cellBox(k int) (rect, bool) {
	a := p.spot(p.Cells.Left[k], p.Cells.Top[k])
	b := p.spot(p.Cells.Right[k], p.Cells.Bottom[k])
	r := rect{max(a.x, p.area.left), max(a.y, p.area.top), min(b.x, p.area.right), min(b.y, p.area.bottom)}
	return r, r.width() > 0 && r.height() > 0
}

// drawGreys draws the cells of a photograph tone by tone. A cell that continues
// the one before it is joined with it.
func (p *panelLayout) drawGreys(pen pen) {
	var tones [greys][]rect
	for k, v := range p.Cells.Value {
		r, ok := p.cellBox(k)
		if !ok || !finite(v) {
			continue
		}
		tone := &tones[int(math.Round(min(1, max(0, v))*(greys-1)))]
		const slack = 1e-6
		if n := len(*tone); n > 0 {
			last := &(*tone)[n-1]
			if math.Abs(last.right-r.left) < slack && math.Abs(last.top-r.top) < slack && math.Abs(last.bottom-r.bottom) < slack {
				last.right = r.right
				continue
			}
		}
		*tone = append(*tone, r)
	}
	for k, list := range tones {
		if len(list) > 0 {
			pen.grey(list, float64(k)/(greys-1))
		}
	}
}
