package landscape

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
)

// sample returns random data of the given shape and the network on it.
func sample(t *testing.T, seed uint64, dx, dy, n int, hidden ...int) (*Data, *Net) {
	t.Helper()
	r := newRandom(seed, "sample")
	x, y := make([]float64, dx*n), make([]float64, dy*n)
	r.normals(x)
	r.normals(y)
	d, err := NewData(x, y, dx, dy, n, 0)
	if err != nil {
		t.Fatal(err)
	}
	net, err := d.Net(hidden)
	if err != nil {
		t.Fatal(err)
	}
	return d, net
}

// slowLoss multiplies matrices by the definition.
func slowLoss(net *Net, w, x, y []float64, n int) float64 {
	h := x
	for j := 1; j <= net.Layers(); j++ {
		l := net.Layer(w, j)
		rows, cols := net.Dims[j], net.Dims[j-1]
		next := make([]float64, rows*n)
		for a := range rows {
			for b := range cols {
				for c := range n {
					next[a*n+c] += l[a*cols+b] * h[b*n+c]
				}
			}
		}
		h = next
	}
	sum := 0.0
	for i, v := range h {
		sum += (v - y[i]) * (v - y[i])
	}
	return sum / 2
}

// TestDerivatives compares loss, gradient, products with the Hessian, the Hessian
// itself and Change with the definition and with differences.
func TestDerivatives(t *testing.T) {
	const dx, dy, n = 4, 3, 9
	r := newRandom(1, "derivatives")
	x, y := make([]float64, dx*n), make([]float64, dy*n)
	r.normals(x)
	r.normals(y)
	d, err := NewData(x, y, dx, dy, n, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, hidden := range [][]int{{}, {5}, {2, 3}, {4, 1, 3}} {
		net, err := d.Net(hidden)
		if err != nil {
			t.Fatal(err)
		}
		w, v := make([]float64, net.Parameters()), make([]float64, net.Parameters())
		r.normals(w)
		r.normals(v)
		at := func(h float64) *State {
			p := slices.Clone(w)
			for i := range p {
				p[i] += h * v[i]
			}
			s, err := d.At(net, p)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		s := at(0)
		near := func(what string, got, want, tol float64) {
			t.Helper()
			if math.Abs(got-want) > tol*math.Max(1, math.Abs(want)) {
				t.Errorf("hidden %v: %s %v, want %v", hidden, what, got, want)
			}
		}
		near("loss", s.Loss(), slowLoss(net, w, x, y, n), 1e-13)
		near("change", s.Change(v), at(1).Loss()-s.Loss(), 1e-12)
		const h = 1e-5
		g, gp, gm := make([]float64, len(w)), make([]float64, len(w)), make([]float64, len(w))
		s.Gradient(g)
		near("slope", dot(g, v), (at(h).Loss()-at(-h).Loss())/(2*h), 1e-7)
		hv := make([]float64, len(w))
		s.HessVec(hv, v)
		at(h).Gradient(gp)
		at(-h).Gradient(gm)
		full := make([]float64, len(w)*len(w))
		s.Hessian(full, true)
		for i := range hv {
			near("Hessian product", hv[i], (gp[i]-gm[i])/(2*h), 1e-6)
			near("Hessian row", dot(full[i*len(w):(i+1)*len(w)], v), hv[i], 1e-12)
		}
	}
}

func dot(x, y []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}

// TestKawaguchi enumerates the critical points of many networks and compares loss,
// gradient, inertia and kind of a representative of each with the computed ones:
// every critical point that is no global minimum is a saddle, two layers have
// strict saddles only, and the others exist from three layers on.
func TestKawaguchi(t *testing.T) {
	points, bad := 0, map[int]int{}
	for i, c := range []struct {
		dx, dy, n int
		hidden    []int
	}{
		{4, 3, 10, []int{3}},
		{4, 3, 10, []int{2}}, // a bottleneck
		{3, 4, 10, []int{4}}, // more outputs than inputs
		{4, 3, 2, []int{5}},  // XXᵀ of rank 2
		{4, 3, 10, []int{3, 3}},
		{4, 3, 10, []int{2, 4}},
		{3, 3, 8, []int{3, 2, 3}},
		{2, 3, 8, []int{3, 3, 2}},
		{3, 3, 8, []int{}},
	} {
		d, net := sample(t, uint64(i), c.dx, c.dy, c.n, c.hidden...)
		total := 0
		for p := range d.All(net, -1) {
			total++
			w, err := d.Representative(net, p.Set, p.Middle, uint64(total))
			if err != nil {
				t.Fatal(err)
			}
			s, err := d.At(net, w)
			if err != nil {
				t.Fatal(err)
			}
			what := fmt.Sprintf("widths %v, set %v, middle %d", net.Dims, p.Set, p.Middle)
			g := make([]float64, len(w))
			s.Gradient(g)
			if norm(g) > 1e-11*s.gradientScale() && norm(g) > 0 {
				t.Errorf("%s: the gradient is %v", what, norm(g))
			}
			if math.Abs(s.Loss()-p.Loss) > 1e-12*d.Zero {
				t.Errorf("%s: loss %v, predicted %v", what, s.Loss(), p.Loss)
			}
			spec, err := s.DenseInertia(1e-10)
			if err != nil {
				t.Fatal(err)
			}
			if spec.Inertia != p.Inertia {
				t.Errorf("%s: counted %v, eigenvalues %v", what, p.Inertia, spec.Inertia)
			}
			byRanks, err := s.Count(p.Set, 1e-9)
			if err != nil || byRanks != p.Inertia {
				t.Errorf("%s: by ranks %v (%v), predicted %v", what, byRanks, err, p.Inertia)
			}
			found, err := s.Identify(1e-9)
			if err != nil || !slices.Equal(found, p.Set) {
				t.Errorf("%s: identified as %v (%v)", what, found, err)
			}
			if (p.Kind == GlobalMinimum) != (p.Loss <= d.lowest(net)*(1+1e-12)) {
				t.Errorf("%s: kind %v at loss %v", what, p.Kind, p.Loss)
			}
			points++
			if p.Kind == NonStrictSaddle {
				bad[net.Layers()]++
			}
		}
	}
	if bad[2] > 0 || bad[3] == 0 || bad[4] == 0 {
		t.Errorf("non-strict saddles by number of layers: %v", bad)
	}
	t.Logf("%d families, non-strict saddles by number of layers %v", points, bad)
}

// lowest is the smallest critical value, by looking at all.
func (d *Data) lowest(net *Net) float64 {
	least := math.Inf(1)
	for p := range d.All(net, -1) {
		least = min(least, p.Loss)
	}
	return least
}

// TestSignatures has the numbers of negative eigenvalues that are known for two
// layers of width 3 on three eigenvalues.
func TestSignatures(t *testing.T) {
	d, net := sample(t, 7, 4, 3, 10, 3)
	for _, c := range []struct {
		set  []int
		want int
	}{{nil, 9}, {[]int{0}, 4}, {[]int{1}, 5}, {[]int{0, 1}, 1}, {[]int{1, 2}, 3}, {[]int{0, 1, 2}, 0}} {
		_, most := net.MiddleRanks(len(c.set))
		if got := d.CountSet(net, c.set, most).Negative; got != c.want {
			t.Errorf("set %v: %d negative eigenvalues, want %d", c.set, got, c.want)
		}
	}
}

// TestTies repeats eigenvalues of Σ: index sets that mix them are connected and
// their Hessians have zero eigenvalues in between.
func TestTies(t *testing.T) {
	y := []float64{3, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1}
	x := identity(4).data
	d, err := NewData(x, y, 4, 4, 4, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, hidden := range [][]int{{3}, {4, 4}} {
		net, err := d.Net(hidden)
		if err != nil {
			t.Fatal(err)
		}
		for p := range d.All(net, -1) {
			w, err := d.Representative(net, p.Set, p.Middle, 5)
			if err != nil {
				t.Fatal(err)
			}
			point, err := d.Classify(context.Background(), net, w, ClassifyOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if !point.Agree || *point.Count != p.Inertia || point.Kind != p.Kind {
				t.Errorf("hidden %v, set %v: classified %v %v %v, predicted %v %v", hidden, p.Set, point.Kind, point.Count, point.Dense.Inertia, p.Kind, p.Inertia)
			}
		}
	}
	if a := d.Assumptions(&Net{Dims: []int{4, 3, 4}}); a[3].Holds || a[3].Then == "" {
		t.Errorf("repeated eigenvalues pass as distinct: %+v", a[3])
	}
}

// TestEscapes leaves every saddle by a verified descent, of second order exactly
// where the saddle is strict.
func TestEscapes(t *testing.T) {
	for i, hidden := range [][]int{{3}, {3, 3}, {3, 4, 3}, {2, 2, 3, 2}} {
		d, net := sample(t, uint64(40+i), 4, 3, 10, hidden...)
		for p := range d.All(net, -1) {
			w, err := d.Representative(net, p.Set, p.Middle, 3)
			if err != nil {
				t.Fatal(err)
			}
			point, err := d.Classify(context.Background(), net, w, ClassifyOptions{})
			if err != nil {
				t.Fatal(err)
			}
			e := point.Escape
			switch {
			case point.Kind != p.Kind || !point.Agree || !point.Critical:
				t.Errorf("hidden %v, set %v, middle %d: %+v", hidden, p.Set, p.Middle, point)
			case p.Kind == GlobalMinimum:
				if e != nil {
					t.Errorf("hidden %v: an escape from the global minimum gains %v", hidden, e.Decrease)
				}
			case e == nil || !(e.Decrease > 0):
				t.Errorf("hidden %v, set %v, middle %d: no escape: %s", hidden, p.Set, p.Middle, point.EscapeWhy)
			case p.Kind == StrictSaddle && (e.Order != 2 || e.Curvature >= 0):
				t.Errorf("hidden %v, set %v: order %d, curvature %v at a strict saddle", hidden, p.Set, e.Order, e.Curvature)
			case p.Kind == NonStrictSaddle && e.Order < 3:
				t.Errorf("hidden %v, set %v: order %d at a saddle without negative curvature", hidden, p.Set, e.Order)
			}
			if point.Distance > 1e-11*d.Zero {
				t.Errorf("hidden %v, set %v: %v from a critical value", hidden, p.Set, point.Distance)
			}
		}
	}
}
