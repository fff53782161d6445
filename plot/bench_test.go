package plot

import (
	"io"
	"math"
	"testing"
)

// manyCoordinates is a trajectory of 4000 coordinates at 400 times.
func manyCoordinates(b *testing.B) *Figure {
	const m, times = 4000, 400
	t := Trajectory{T: Index(times), X: make([]float64, m*times)}
	for k := range times {
		for i := range m {
			t.X[k*m+i] = math.Exp(-float64(i)/100) * math.Tanh(float64(k)/float64(i+1))
		}
	}
	f, err := TrajectoryFigure(t, Options{Time: LinearTime})
	if err != nil {
		b.Fatal(err)
	}
	return f
}

func BenchmarkSVG(b *testing.B) {
	f := manyCoordinates(b)
	for b.Loop() {
		if err := f.WriteSVG(io.Discard, SVGOptions{Theme: Light()}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPNG(b *testing.B) {
	f := manyCoordinates(b)
	for b.Loop() {
		if err := f.WritePNG(io.Discard, PNGOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
