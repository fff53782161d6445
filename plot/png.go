package plot

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// PNGOptions say what kind of PNG is wanted.
type PNGOptions struct {
	Size
	Theme Theme   // the zero value means Light
	Scale float64 // pixels to a point; 0 means 2
}

// WritePNG writes f as a PNG image, with title and description as text in the
// file. Letters are outlines of an embedded font, so the image is the same
// everywhere.
func (f *Figure) WritePNG(w io.Writer, opt PNGOptions) error {
	if opt.Theme == (Theme{}) {
		opt.Theme = Light()
	}
	if opt.Scale <= 0 {
		opt.Scale = 2
	}
	l := newLayout(f, opt.Size)
	bounds := image.Rect(0, 0, int(math.Ceil(l.width*opt.Scale)), int(math.Ceil(l.height*opt.Scale)))
	p := &pngPen{img: image.NewRGBA(bounds), theme: opt.Theme, scale: opt.Scale}
	draw.Draw(p.img, bounds, image.NewUniform(rgb(opt.Theme.Surface)), image.Point{}, draw.Src)
	l.drawTo(p)
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, p.img); err != nil {
		return err
	}
	_, err := w.Write(withText(b.Bytes(), [][2]string{{"Title", printable(f.Title)}, {"Description", printable(f.description())}}))
	return err
}

// withText adds iTXt chunks (PNG specification, section 11.3.4.5) behind the
// header of a PNG file.
func withText(file []byte, texts [][2]string) []byte {
	const header = 8 + 25 // signature and IHDR
	out := append([]byte{}, file[:header]...)
	for _, t := range texts {
		body := append([]byte("iTXt"+t[0]), 0, 0, 0, 0, 0)
		body = append(body, t[1]...)
		out = binary.BigEndian.AppendUint32(out, uint32(len(body)-4))
		out = append(out, body...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
	}
	return append(out, file[header:]...)
}

// pngPen draws pixels.
type pngPen struct {
	img    *image.RGBA
	theme  Theme
	scale  float64
	raster vector.Rasterizer
	glyphs sfnt.Buffer
}

func (p *pngPen) open(group) {}
func (p *pngPen) shut()      {}

// polygons fills closed polygons, given in pixels, with one colour. Those that
// overlap must turn the same way.
func (p *pngPen) polygons(list [][]point, c color.NRGBA) {
	e, f := noExtent(), noExtent()
	for _, poly := range list {
		for _, q := range poly {
			e.add(q.x)
			f.add(q.y)
		}
	}
	if e.lo > e.hi {
		return
	}
	box := image.Rect(int(e.lo)-1, int(f.lo)-1, int(e.hi)+2, int(f.hi)+2).Intersect(p.img.Bounds())
	if box.Empty() {
		return
	}
	p.raster.Reset(box.Dx(), box.Dy())
	for _, poly := range list {
		for k, q := range poly {
			x, y := float32(q.x-float64(box.Min.X)), float32(q.y-float64(box.Min.Y))
			if k == 0 {
				p.raster.MoveTo(x, y)
			} else {
				p.raster.LineTo(x, y)
			}
		}
		p.raster.ClosePath()
	}
	p.raster.Draw(p.img, box, image.NewUniform(c), image.Point{})
}

func (p *pngPen) pixels(pts []point) []point {
	out := make([]point, len(pts))
	for k, q := range pts {
		out[k] = point{q.x * p.scale, q.y * p.scale}
	}
	return out
}

func (p *pngPen) lines(list [][]point, ink Ink, width float64, dash []float64) {
	var polys [][]point
	for _, line := range list {
		for _, piece := range dashed(line, dash) {
			polys = append(polys, stroke(p.pixels(piece), width*p.scale)...)
		}
	}
	p.polygons(polys, rgb(p.theme.colour(ink)))
}

func (p *pngPen) fill(pts []point, ink Ink, opacity float64) {
	c := rgb(p.theme.colour(ink))
	c.A = uint8(255*opacity + 0.5)
	p.polygons([][]point{p.pixels(pts)}, c)
}

func (p *pngPen) shade(r rect, value float64) {
	corners := []point{{r.left, r.top}, {r.right, r.top}, {r.right, r.bottom}, {r.left, r.bottom}}
	p.polygons([][]point{p.pixels(corners)}, rgb(blend(p.theme.Low, p.theme.High, value)))
}

func (p *pngPen) grey(list []rect, value float64) {
	// To whole pixels, so that neighbours meet without a seam.
	level := uint8(255*value + 0.5)
	tone := image.NewUniform(color.NRGBA{level, level, level, 255})
	at := func(v float64) int { return int(math.Round(v * p.scale)) }
	for _, r := range list {
		draw.Draw(p.img, image.Rect(at(r.left), at(r.top), at(r.right), at(r.bottom)), tone, image.Point{}, draw.Src)
	}
}

func (p *pngPen) marks(at []point, m marker, radius float64, ink Ink, filled bool) {
	var polys [][]point
	for _, c := range at {
		for _, piece := range outline(c, m, radius) {
			switch {
			case m == cross || m == plus || m == bar:
				polys = append(polys, stroke(p.pixels(piece), 1.6*p.scale)...)
			case filled:
				polys = append(polys, p.pixels(piece))
			default:
				ring := append(append([]point{}, piece...), piece[0])
				polys = append(polys, stroke(p.pixels(ring), 1.1*p.scale)...)
			}
		}
	}
	p.polygons(polys, rgb(p.theme.colour(ink)))
}

// text fills the outlines of the glyphs.
func (p *pngPen) text(at point, s string, size float64, a anchor, ink Ink) {
	x := at.x
	switch a {
	case middle:
		x -= textWidth(s, size) / 2
	case end:
		x -= textWidth(s, size)
	}
	f := typeface()
	// Outlines are taken at a fixed size and scaled: no hinting is lost, as none
	// is applied.
	const ppem = 1000
	k := size * p.scale / ppem
	box := image.Rect(int((x-size)*p.scale), int((at.y-1.5*size)*p.scale),
		int((x+textWidth(s, size)+size)*p.scale), int((at.y+size)*p.scale)).Intersect(p.img.Bounds())
	if box.Empty() {
		return
	}
	p.raster.Reset(box.Dx(), box.Dy())
	for _, r := range s {
		g, err := f.GlyphIndex(&p.glyphs, r)
		if err != nil {
			continue
		}
		if outline, err := f.LoadGlyph(&p.glyphs, g, fixed.I(ppem), nil); err == nil {
			p.glyph(outline, x*p.scale-float64(box.Min.X), at.y*p.scale-float64(box.Min.Y), k)
		}
		x += textWidth(string(r), size)
	}
	p.raster.Draw(p.img, box, image.NewUniform(rgb(p.theme.colour(ink))), image.Point{})
}

// glyph adds an outline at (x, y), scaled by k.
func (p *pngPen) glyph(outline sfnt.Segments, x, y, k float64) {
	at := func(q fixed.Point26_6) (float32, float32) {
		return float32(x + k*float64(q.X)/64), float32(y + k*float64(q.Y)/64)
	}
	for _, s := range outline {
		ax, ay := at(s.Args[0])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			p.raster.ClosePath()
			p.raster.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			p.raster.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			bx, by := at(s.Args[1])
			p.raster.QuadTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			bx, by := at(s.Args[1])
			cx, cy := at(s.Args[2])
			p.raster.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	p.raster.ClosePath()
}
