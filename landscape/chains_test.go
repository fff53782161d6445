package landscape

import (
	"context"
	"math"
	"testing"
)

// chain is one basis vector that Z carries from layer s to layer t.
type chain struct{ s, t int }

// instance is a critical point that is known to be one by construction, together
// with data for which it is one.
type instance struct {
	data *Data
	net  *Net
	w    []float64
	set  []int
}

// general builds a critical point of any kind: kept singular values carry the
// product, chains say what Z does, and M′ joins each output chain [a, k] and input
// chain [0, b] with a ≥ b+2 or leaves them apart. Everything is then hidden behind
// invertible changes of basis.
func general(t *testing.T, seed uint64, k int, kept []float64, chains []chain, deficient int) *instance {
	t.Helper()
	r := newRandom(seed, "general")
	var in, out []chain
	width := make([]int, k+1)
	for _, c := range chains {
		for j := c.s; j <= c.t; j++ {
			width[j]++
		}
		if c.s == 0 {
			in = append(in, c)
		}
		if c.t == k {
			out = append(out, c)
		}
	}
	keep := len(kept)
	// The pairing, and M′ = Y⁻ᵀ m X⁻¹ in random bases.
	m := newMatrix(len(out), len(in))
	for i, a := range out {
		for j, b := range in {
			if a.s >= b.t+2 && r.uniform() < 0.8 {
				m.data[i*len(in)+j] = r.normal()
			}
		}
	}
	y, x := r.invertible(len(out)), r.invertible(len(in))
	inverseT := func(a matrix) matrix { return transposed(inverse(t, a)) }
	mm := inverseT(y).times(m).times(transposed(inverseT(x)))
	// Layers in the split bases; the columns of y are the output vectors, the rows
	// of x* = x⁻¹ read the input coordinates.
	dims := make([]int, k+1)
	for j := range dims {
		dims[j] = keep + width[j]
	}
	full := newMatrix(dims[k], dims[0])
	for i, s := range kept {
		full.data[i*dims[0]+i] = s
	}
	for i := range len(out) {
		for j := range len(in) {
			full.data[(keep+i)*dims[0]+keep+j] = mm.at(i, j)
		}
	}
	layers := make([]matrix, k+1)
	place := func(j int, which int) int { // index of chain number which in layer j
		at := keep
		for _, c := range chains[:which] {
			if c.s <= j && j <= c.t {
				at++
			}
		}
		return at
	}
	for j := 1; j <= k; j++ {
		layers[j] = newMatrix(dims[j], dims[j-1])
		for i := range keep {
			layers[j].data[i*dims[j-1]+i] = 1
			if j == 1 {
				layers[j].data[i*dims[j-1]+i] = kept[i]
			}
		}
		for c, ch := range chains {
			if ch.s < j && j <= ch.t {
				layers[j].data[place(j, c)*dims[j-1]+place(j-1, c)] = 1
			}
		}
	}
	layers[1] = layers[1].times(blockDiag(keep, transposed(x)))
	layers[k] = blockDiag(keep, y).times(layers[k])
	for j := 1; j < k; j++ {
		g := r.invertible(dims[j])
		layers[j] = g.times(layers[j])
		layers[j+1] = layers[j+1].times(inverse(t, g))
	}
	// Rotate both ends and put F in front: X = F Q with more inputs than rank.
	u, v := matrix{dims[k], dims[k], r.orthogonal(dims[k])}, matrix{dims[0], dims[0], r.orthogonal(dims[0])}
	full, layers[k], layers[1] = u.times(full).times(v), u.times(layers[k]), layers[1].times(v)
	f := matrix{dims[0] + deficient, dims[0] + deficient, r.orthogonal(dims[0] + deficient)}
	scale := r.invertible(dims[0])
	fx := newMatrix(dims[0]+deficient, dims[0])
	for i := range fx.rows {
		for j := range dims[0] {
			fx.data[i*dims[0]+j] = f.at(i, j)
		}
	}
	fInv := inverse(t, scale).times(transposed(fx))
	xs := fx.times(scale)
	d, err := NewData(xs.data, full.data, xs.rows, dims[k], dims[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	net, err := d.Net(dims[1:k])
	if err != nil {
		return &instance{} // a layer without width
	}
	w := make([]float64, net.Parameters())
	copy(net.Layer(w, 1), layers[1].times(fInv).data)
	for j := 2; j <= k; j++ {
		copy(net.Layer(w, j), layers[j].data)
	}
	for i := range keep { // what multiplies null directions of X is free
		for c := range deficient {
			for q := range xs.rows {
				w[i*xs.rows+q] += f.at(q, dims[0]+c)
			}
		}
	}
	set := make([]int, 0, keep)
	for i, l := range d.Sigma {
		for _, s := range kept {
			if math.Abs(l-s) < 1e-9 && len(set) < keep {
				set = append(set, i)
				break
			}
		}
	}
	return &instance{d, net, w, set}
}

func transposed(a matrix) matrix {
	b := newMatrix(a.cols, a.rows)
	for i := range a.rows {
		for j := range a.cols {
			b.data[j*a.rows+i] = a.at(i, j)
		}
	}
	return b
}

func blockDiag(ones int, a matrix) matrix {
	b := newMatrix(ones+a.rows, ones+a.cols)
	for i := range ones {
		b.data[i*b.cols+i] = 1
	}
	for i := range a.rows {
		copy(b.data[(ones+i)*b.cols+ones:], a.data[i*a.cols:(i+1)*a.cols])
	}
	return b
}

// invertible returns a random matrix of condition at most 3.
func (r *random) invertible(n int) matrix {
	q := matrix{n, n, r.orthogonal(n)}
	for i := range n {
		s := 0.6 + r.uniform()
		for j := range n {
			q.data[i*n+j] *= s
		}
	}
	return matrix{n, n, r.orthogonal(n)}.times(q)
}

// inverse by Gauss–Jordan, the slow obvious way.
func inverse(t *testing.T, a matrix) matrix {
	t.Helper()
	n := a.rows
	m, inv := matrix{n, n, append([]float64(nil), a.data...)}, identity(n)
	for c := range n {
		p := c
		for i := c; i < n; i++ {
			if math.Abs(m.at(i, c)) > math.Abs(m.at(p, c)) {
				p = i
			}
		}
		for j := range n {
			m.data[c*n+j], m.data[p*n+j] = m.data[p*n+j], m.data[c*n+j]
			inv.data[c*n+j], inv.data[p*n+j] = inv.data[p*n+j], inv.data[c*n+j]
		}
		d := m.at(c, c)
		for j := range n {
			m.data[c*n+j] /= d
			inv.data[c*n+j] /= d
		}
		for i := range n {
			if f := m.at(i, c); i != c {
				for j := range n {
					m.data[i*n+j] -= f * m.data[c*n+j]
					inv.data[i*n+j] -= f * inv.data[c*n+j]
				}
			}
		}
	}
	return inv
}

// TestCountAtEveryCriticalPoint compares the count by ranks with the eigenvalues of
// the Hessian at hundreds of critical points of every kind: chains of all lengths,
// tightened or not, ties, rank-deficient data, bottlenecks.
func TestCountAtEveryCriticalPoint(t *testing.T) {
	cases, kinds := 0, map[string]int{}
	negative, guessed := 0, 0
	for seed := range uint64(600) {
		r := newRandom(seed, "case")
		k := 2 + int(r.src.Uint64()%4)
		var chains []chain
		for range 1 + r.src.Uint64()%3 {
			chains = append(chains, chain{0, int(r.src.Uint64() % uint64(k))}, chain{1 + int(r.src.Uint64()%uint64(k)), k})
		}
		for range r.src.Uint64() % 3 {
			s := 1 + int(r.src.Uint64()%uint64(k-1))
			chains = append(chains, chain{s, s + int(r.src.Uint64()%uint64(k-s))})
		}
		kept := []float64{0.31, 1.7, 2.9}[:r.src.Uint64()%4]
		in := general(t, seed, k, kept, chains, int(r.src.Uint64()%2))
		if in.net == nil || in.net.Parameters() > 160 {
			continue
		}
		s, err := in.data.At(in.net, in.w)
		if err != nil {
			t.Fatal(err)
		}
		grad := make([]float64, in.net.Parameters())
		s.Gradient(grad)
		if g := norm(grad); g > 1e-10 {
			t.Fatalf("seed %d: the gradient is %v", seed, g)
		}
		if len(in.set) != len(kept) {
			continue // a kept value fell together with one of M′
		}
		dense, err := s.DenseInertia(1e-9)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Count(in.set, 1e-9)
		if err != nil {
			t.Fatal(err)
		}
		if got != dense.Inertia {
			t.Errorf("seed %d, k=%d, dims %v, set %v, chains %v: by ranks %v, by eigenvalues %v", seed, k, in.net.Dims, in.set, chains, got, dense.Inertia)
		}
		// By products: never more than there are, and nearly all of them suggested.
		neg, err := s.Lanczos(context.Background(), LanczosOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if neg.Count != dense.Negative {
			t.Errorf("seed %d, k=%d, dims %v: %d by products, %d by eigenvalues", seed, k, in.net.Dims, neg.Count, dense.Negative)
		}
		negative, guessed = negative+neg.Count, guessed+neg.Guessed
		cases++
		if dense.Negative == 0 {
			kinds["no negative"]++
		} else {
			kinds["negative"]++
		}
	}
	if cases < 300 || kinds["no negative"] < 20 {
		t.Errorf("%d cases, %v: too few of a kind", cases, kinds)
	}
	if guessed < negative*9/10 {
		t.Errorf("%d of %d negative eigenvalues were suggested", guessed, negative)
	}
	t.Logf("%d critical points, %v, %d of %d negative eigenvalues suggested", cases, kinds, guessed, negative)
}
