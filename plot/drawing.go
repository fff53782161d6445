package plot

// Drawing is a figure as SVG, with what a script needs to lay things over it.
type Drawing struct {
	SVG           []byte
	Width, Height float64 // of the view box
	Frames        []Frame // of the panels, in order
}

// Frame is where the data of a panel are on the page: the number v of the
// horizontal axis is at Left + (v−X.Min)/(X.Max−X.Min)·Width, and Y runs from
// Y.Min at Top+Height up to Y.Max at Top. On a Log axis v is a natural logarithm.
type Frame struct {
	Left, Top, Width, Height float64
	X, Y                     Range
}

// Range is the ends of an axis as drawn.
type Range struct {
	Min, Max float64
	Log      bool
}

// Draw draws f as SVG.
func (f *Figure) Draw(opt SVGOptions) Drawing {
	l := newLayout(f, opt.Size)
	d := Drawing{SVG: f.svg(l, opt), Width: l.width, Height: l.height}
	for k := range l.panels {
		d.Frames = append(d.Frames, l.panels[k].frame())
	}
	return d
}

func (p *panelLayout) frame() Frame {
	return Frame{
		Left: p.area.left, Top: p.area.top, Width: p.area.width(), Height: p.area.height(),
		X: Range{p.x.lo, p.x.hi, p.X.Scale == Log},
		Y: Range{p.y.lo, p.y.hi, p.Y.Scale == Log},
	}
}
