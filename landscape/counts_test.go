package landscape

import (
	"context"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/tacit-dev/tacit/internal/blas"
)

// TestNegativePivots compares the factorization with the eigenvalues, for matrices
// that need every kind of pivot and more than one panel.
func TestNegativePivots(t *testing.T) {
	r := newRandom(1, "pivots")
	for _, n := range []int{1, 2, 3, 5, 17, 64, 65, 130, 200} {
		for kind := range 4 {
			a := make([]float64, n*n)
			for i := range n {
				for j := range i + 1 {
					v := r.normal()
					switch {
					case kind == 1 && i == j:
						v = 0 // no diagonal: pivots of order two
					case kind == 2 && r.uniform() < 0.8:
						v = 0
					case kind == 3:
						v *= math.Exp(8 * r.normal())
					}
					a[i*n+j], a[j*n+i] = v, v
				}
			}
			if kind == 2 {
				shift(a, n, 0.1)
			}
			w := make([]float64, n)
			if !blas.Eigen(w, slices.Clone(a), n, n) {
				t.Fatal("no eigenvalues")
			}
			want, size := 0, 0.0
			nearest := math.Inf(1)
			for _, v := range w {
				if v < 0 {
					want++
				}
				size, nearest = max(size, math.Abs(v)), min(nearest, math.Abs(v))
			}
			got, err := negativePivots(a, n)
			if nearest <= 1e-11*size {
				continue // the sign is a matter of rounding
			}
			if err != nil || got != want {
				t.Errorf("n=%d, kind %d: %d negative pivots (%v), %d negative eigenvalues", n, kind, got, err, want)
			}
		}
	}
	if _, err := negativePivots([]float64{0, 0, 0, 0}, 2); err == nil {
		t.Error("the zero matrix was factored")
	}
	if _, err := negativePivots([]float64{math.NaN(), 0, 0, 1}, 2); err == nil {
		t.Error("NaN was factored")
	}
}

// TestThreeWays compares all counts where all are feasible, on both sides of the
// size at which eigenvalues give way to factorizations.
func TestThreeWays(t *testing.T) {
	yes := true
	for i, c := range []struct {
		d      int
		hidden []int
		set    []int
		middle int
	}{
		{8, []int{9, 8}, []int{0, 1, 2, 5, 6}, 3},
		{14, []int{15}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11}, 4},
		{12, []int{14, 12, 13}, []int{0, 1, 2, 4, 5, 6, 7, 8, 9}, 3},
		{22, []int{22, 22}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18}, 3},
	} {
		d, net := sample(t, uint64(70+i), c.d, c.d, 3*c.d, c.hidden...)
		w, err := d.Representative(net, c.set, c.middle, 1)
		if err != nil {
			t.Fatal(err)
		}
		p, err := d.Classify(context.Background(), net, w, ClassifyOptions{Dense: &yes, Lanczos: &yes})
		if err != nil {
			t.Fatal(err)
		}
		want := d.CountSet(net, c.set, c.middle)
		if !p.Agree || *p.Count != want || p.Lanczos.Count != want.Negative || !p.Lanczos.Settled {
			t.Errorf("%v: predicted %v, by ranks %v, dense %v, Lanczos %d (settled %v)", net.Dims, want, *p.Count, p.Dense.Inertia, p.Lanczos.Count, p.Lanczos.Settled)
		}
		if p.Lanczos.Edge < p.Lanczos.Tol || math.IsInf(p.Lanczos.Edge, 0) {
			t.Errorf("%v: edge %v, tolerance %v", net.Dims, p.Lanczos.Edge, p.Lanczos.Tol)
		}
		t.Logf("%v: %d parameters, %d negative, %d products, edge %.2g", net.Dims, net.Parameters(), want.Negative, p.Lanczos.Products, p.Lanczos.Edge)
	}
}

// TestLanczosMultiplicity has every negative eigenvalue twelve times.
func TestLanczosMultiplicity(t *testing.T) {
	d, err := NewData(identity(12).data, identity(12).data, 12, 12, 12, 0)
	if err != nil {
		t.Fatal(err)
	}
	net, err := d.Net([]int{12})
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.At(net, make([]float64, net.Parameters()))
	if err != nil {
		t.Fatal(err)
	}
	neg, err := s.Lanczos(context.Background(), LanczosOptions{Basis: 64, Blind: true})
	if err != nil || neg.Count != 144 || !neg.Settled {
		t.Errorf("%+v, %v: want 144 eigenvalues -1", neg, err)
	}
	// The structure of the point suggests all of them.
	neg, err = s.Lanczos(context.Background(), LanczosOptions{})
	if err != nil || neg.Count != 144 || neg.Guessed != 144 || !neg.Settled || neg.Edge < 0.999 {
		t.Errorf("with suggestions: %d, %d guessed, edge %v, %v: want 144", neg.Count, neg.Guessed, neg.Edge, err)
	}
	// Without room for them, or products, the count is a lower bound, and says so.
	neg, err = s.Lanczos(context.Background(), LanczosOptions{Products: 30, Blind: true})
	if err != nil || neg.Settled || neg.Count > 144 {
		t.Errorf("few products: %+v, %v", neg, err)
	}
	neg, err = s.Lanczos(context.Background(), LanczosOptions{Negative: 64, Blind: true})
	if err != nil || neg.Settled || neg.Count == 0 || neg.Count > 144 {
		t.Errorf("little room: %d, settled %v, %v", neg.Count, neg.Settled, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Lanczos(ctx, LanczosOptions{}); err == nil {
		t.Error("a cancelled count returned without an error")
	}
}

// TestUnits has X and Y in units far from each other: the counts are the same.
func TestUnits(t *testing.T) {
	for _, units := range [][2]float64{{1e60, 1}, {1e-60, 1}, {1e100, 1}, {1e60, 1e-60}, {1e-60, 1e60}} {
		rnd := newRandom(9, "units")
		x, y := make([]float64, 4*20), make([]float64, 3*20)
		rnd.normals(x)
		rnd.normals(y)
		scaleBy(x, units[0])
		scaleBy(y, units[1])
		d, err := NewData(x, y, 4, 3, 20, 0)
		if err != nil {
			t.Fatal(err)
		}
		net, err := d.Net([]int{4, 4})
		if err != nil {
			t.Fatal(err)
		}
		for c := range d.All(net, -1) {
			w, err := d.Representative(net, c.Set, c.Middle, 3)
			if err != nil {
				t.Fatal(err)
			}
			p, err := d.Classify(context.Background(), net, w, ClassifyOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if !p.Agree || p.Kind != c.Kind || p.Dense.Inertia != c.Inertia || c.Kind == StrictSaddle && p.Escape == nil {
				t.Errorf("units %v, set %v, middle %d: %s %v, want %s %v (%s%s)", units, c.Set, c.Middle, p.Kind, p.Dense.Inertia, c.Kind, c.Inertia, p.CountWhy, p.EscapeWhy)
			}
		}
	}
}

// TestSameBits runs a classification on one and on two threads.
func TestSameBits(t *testing.T) {
	d, net := sample(t, 5, 20, 20, 40, 20, 20)
	w, err := d.Representative(net, []int{0, 1, 2, 3}, 9, 1)
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	point := func(threads int) *Point {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
		p, err := d.Classify(context.Background(), net, w, ClassifyOptions{Lanczos: &yes})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	a, b := point(1), point(2)
	if a.Loss != b.Loss || !slices.Equal(a.Lanczos.Values, b.Lanczos.Values) || !slices.Equal(a.Escape.Direction, b.Escape.Direction) {
		t.Error("the result depends on the number of threads")
	}
}

// TestBadInput names every input that is refused, and those that are not.
func TestBadInput(t *testing.T) {
	x, y := identity(2).data, identity(2).data
	for what, bad := range map[string]func() error{
		"an empty X":      func() error { _, err := NewData(nil, y, 0, 2, 2, 0); return err },
		"a short Y":       func() error { _, err := NewData(x, y[:3], 2, 2, 2, 0); return err },
		"X = 0":           func() error { _, err := NewData(make([]float64, 4), y, 2, 2, 2, 0); return err },
		"an infinite Y":   func() error { _, err := NewData(x, []float64{1, 2, 3, math.Inf(1)}, 2, 2, 2, 0); return err },
		"overflow":        func() error { _, err := NewData([]float64{1e200, 0, 0, 1}, y, 2, 2, 2, 0); return err },
		"width 0":         func() error { _, err := NewNet(2, []int{3, 0}, 2); return err },
		"too many":        func() error { _, err := NewNet(1<<20, []int{1 << 20}, 2); return err },
		"a tolerance > 1": func() error { _, err := NewData(x, y, 2, 2, 2, 2); return err },
	} {
		if bad() == nil {
			t.Errorf("%s was accepted", what)
		}
	}
	d, net := sample(t, 3, 3, 3, 5, 3)
	for _, set := range [][]int{{1, 0}, {0, 0}, {3}, {-1}, {0, 1, 2, 3}} {
		if _, err := d.Representative(net, set, 0, 1); err == nil {
			t.Errorf("index set %v was accepted", set)
		}
	}
	if _, err := d.Representative(net, []int{0}, 3, 1); err == nil {
		t.Error("a middle rank that cannot be was accepted")
	}
	if _, err := d.At(net, make([]float64, 5)); err == nil {
		t.Error("weights of the wrong length were accepted")
	}
	if other, _ := NewNet(4, []int{3}, 3); other != nil {
		if _, err := d.At(other, make([]float64, other.Parameters())); err == nil {
			t.Error("a network of another shape was accepted")
		}
	}
}

// TestNotCritical classifies a point that is none.
func TestNotCritical(t *testing.T) {
	d, net := sample(t, 9, 3, 3, 8, 3, 3)
	w := make([]float64, net.Parameters())
	newRandom(2, "w").normals(w)
	p, err := d.Classify(context.Background(), net, w, ClassifyOptions{})
	if err != nil || p.Critical || p.Kind != "" || p.Gradient == 0 || p.Dense == nil {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestNearestValue compares the search with a look at all values.
func TestNearestValue(t *testing.T) {
	d, net := sample(t, 11, 14, 14, 30, 9)
	r := newRandom(1, "losses")
	for range 50 {
		loss := d.Rest + r.uniform()*(d.Zero-d.Rest)
		v := d.Nearest(net, loss)
		if !v.Exact || v.Loss != d.Value(v.Set) {
			t.Fatalf("%+v", v)
		}
		for rank := 0; rank <= 9; rank++ {
			set := d.exchange(d.greedy(rank, loss), loss)
			if !slices.IsSorted(set) || len(set) != rank {
				t.Fatalf("greedy set %v of rank %d", set, rank)
			}
			if e := math.Abs(d.Value(set) - loss); e < math.Abs(v.Loss-loss)*(1-1e-9)-1e-12*d.Zero {
				t.Errorf("loss %v: %v is nearer than the nearest %v", loss, d.Value(set), v.Loss)
			}
		}
	}
	// Exchanges alone find a value that exists.
	set := []int{0, 3, 4, 8}
	if got := d.exchange(d.greedy(4, d.Value(set)), d.Value(set)); math.Abs(d.Value(got)-d.Value(set)) > 0.05*d.Zero {
		t.Errorf("the local search ends at %v, far from %v", d.Value(got), d.Value(set))
	}
}

// TestAllCounts compares the number of families with the formula and the order
// with its promise.
func TestAllCounts(t *testing.T) {
	d, net := sample(t, 2, 6, 5, 20, 4, 5)
	seen := map[string]bool{}
	rank, sets := 4, 0
	for p := range d.All(net, -1) {
		if len(p.Set) > rank {
			t.Fatal("the rank grows")
		}
		rank = len(p.Set)
		key := string(rune(p.Middle))
		for _, i := range p.Set {
			key += string(rune('a' + i))
		}
		if seen[key] {
			t.Fatalf("%v twice", p.Set)
		}
		if seen[key] = true; p.Middle == 4-len(p.Set) {
			sets++
		}
	}
	if want := d.Sets(net, -1).Int64(); int64(sets) != want || want != 1+5+10+10+5 {
		t.Errorf("%d index sets, formula %d", sets, want)
	}
	for p := range d.All(net, 1) {
		if len(p.Set) > 1 {
			t.Fatal("rank bound ignored")
		}
	}
}
