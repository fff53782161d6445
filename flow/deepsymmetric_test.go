package flow_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/linop"
)

// unstable is a completion of symmetric matrices on whose way a saddle of rank 1
// repels what is not symmetric: most entries of a planted matrix of rank 2.
func unstable(d int) (a linop.Operator, b []float64) {
	var rows, cols []int
	for i := range d {
		for j := range i + 1 {
			if (3*i+5*j)%4 == 0 {
				continue
			}
			rows, cols = append(rows, i), append(cols, j)
			u, v := func(k int) float64 { return math.Cos(float64(2 + 3*k)) }, func(k int) float64 { return math.Sin(float64(1 + k*k)) }
			b = append(b, u(i)*u(j)+v(i)*v(j))
		}
	}
	return linop.Entries(d, d, rows, cols), b
}

// layersTwin follows the three layers themselves, W₃ = W₁ᵀ and W₂ symmetric being
// kept so to the bit, by Runge and Kutta's method with fixed steps. It returns X and
// the largest entry of W₂ᵀW₂ − W₁W₁ᵀ.
func layersTwin(a linop.Operator, b []float64, d int, start *flow.DeepStart, steps int, end float64) ([]float64, float64) {
	n := len(b)
	u := mat.NewDense(d, d, start.U)
	z := mat.NewDense(d, d, nil)
	for i, l := range start.LogZ {
		z.Set(i, i, math.Exp(l))
	}
	var w mat.Dense
	w.Product(u, z, u.T())
	product := func(w1, w2 *mat.Dense) *mat.Dense {
		var x mat.Dense
		x.Product(w1.T(), w2, w1)
		return &x
	}
	velocity := func(w1, w2 *mat.Dense) (v1, v2 *mat.Dense) {
		res, g := make([]float64, n), make([]float64, d*d)
		a.Apply(res, product(w1, w2).RawMatrix().Data)
		for k := range res {
			res[k] -= b[k]
		}
		a.ApplyT(g, res)
		gs := mat.NewDense(d, d, nil)
		for i := range d {
			for j := range d {
				gs.Set(i, j, (g[i*d+j]+g[j*d+i])/2)
			}
		}
		v1, v2 = &mat.Dense{}, &mat.Dense{}
		v1.Product(w2.T(), w1, gs)
		v1.Scale(-1, v1)
		v2.Product(w1, gs, w1.T())
		for i := range d {
			for j := range i + 1 {
				v := -(v2.At(i, j) + v2.At(j, i)) / 2
				v2.Set(i, j, v)
				v2.Set(j, i, v)
			}
		}
		return v1, v2
	}
	w1, w2 := mat.DenseCopyOf(&w), mat.DenseCopyOf(&w)
	for i := range d {
		for j := range i {
			w2.Set(i, j, w2.At(j, i))
		}
	}
	moved := func(w, v *mat.Dense, f float64) *mat.Dense {
		var out mat.Dense
		out.Scale(f, v)
		out.Add(&out, w)
		return &out
	}
	h := end / float64(steps)
	for range steps {
		a1, a2 := velocity(w1, w2)
		b1, b2 := velocity(moved(w1, a1, h/2), moved(w2, a2, h/2))
		c1, c2 := velocity(moved(w1, b1, h/2), moved(w2, b2, h/2))
		d1, d2 := velocity(moved(w1, c1, h), moved(w2, c2, h))
		for i, k := range [][]*mat.Dense{{a1, b1, c1, d1}, {a2, b2, c2, d2}} {
			w := []*mat.Dense{w1, w2}[i]
			for j, f := range []float64{1, 2, 2, 1} {
				k[j].Scale(f*h/6, k[j])
				w.Add(w, k[j])
			}
		}
	}
	var left, right mat.Dense
	left.Mul(w2.T(), w2)
	right.Mul(w1, w1.T())
	left.Sub(&left, &right)
	return product(w1, w2).RawMatrix().Data, mat.Max(&left)
}

// The flow of a symmetric product is that of its layers, and stays symmetric, where a
// difference of U and V from rounding alone ends it elsewhere: at a matrix with the
// symmetrised measurements that is not symmetric, and of a much larger norm.
func TestDeepSymmetricIsTheFlowOfTheLayers(t *testing.T) {
	const d = 6
	const end = 1000.0
	a, b := unstable(d)
	start := flow.SpreadStart(d, d, 3, math.Log(1e-2), 3)
	s, err := flow.NewDeepSymmetric(a, b, d, start, 1e-8)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(context.Background(), 0, flow.DeepOptions{LogTimes: []float64{math.Log(end / 4), math.Log(end)}})
	if err != nil {
		t.Fatal(err)
	}
	for k, at := range []float64{end / 4, end} {
		want, unbalanced := layersTwin(a, b, d, start, int(at*40), at)
		if unbalanced > 1e-8 {
			t.Errorf("t = %v: the layers of the twin are unbalanced by %v", at, unbalanced)
		}
		x := r.Points[k].Product
		for i, v := range x {
			if math.Abs(v-want[i]) > 1e-6 {
				t.Errorf("t = %v: X is %v at %d, the layers have %v", at, v, i, want[i])
			}
			if math.Abs(v-x[i/d+i%d*d]) > 1e-14 {
				t.Errorf("t = %v: X is not symmetric at %d", at, i)
			}
		}
	}
	symmetric := make([]float64, len(b)*d*d)
	for k := range b {
		linop.Row(a, k, func(at int, v float64) {
			symmetric[k*d*d+at] += v / 2
			symmetric[k*d*d+at%d*d+at/d] += v / 2
		})
	}
	free, err := flow.NewDeepMeasured(linop.NewDense(len(b), d*d, symmetric), b, d, d, start, 1e-8)
	if err != nil {
		t.Fatal(err)
	}
	other, err := free.Run(context.Background(), 0, flow.DeepOptions{LogTimes: []float64{math.Log(end)}})
	if err != nil {
		t.Fatal(err)
	}
	far := 0.0
	for i, v := range other.Points[0].Product {
		far = math.Max(far, math.Abs(v-r.Points[1].Product[i]))
	}
	if far < 1 || other.Residual < 1e-3 {
		t.Errorf("the flow of all matrices ends %v away at the residual %v: it no longer shows what is unstable", far, other.Residual)
	}
}
