package landscape

import (
	"fmt"
	"math"
	"slices"
)

// Representative returns weights at a critical point with the given index set and
// rank(Z_{k−1}⋯Z₂) = middle: those of CountSet with random middle blocks, hidden
// behind random well-conditioned changes of basis between the layers. The seed
// decides which.
//
// The layers share the scale of the product evenly, whatever units X and Y have:
// with f the root mean square of the singular values of F, all of them have
// (σ/f)^{1/k} where the product keeps σ, and their middle blocks (σ₁/f)^{1/k} times
// random numbers of order one. So the Hessian's blocks are of one size.
func (d *Data) Representative(net *Net, set []int, middle int, seed uint64) ([]float64, error) {
	if err := d.checkSet(net, set); err != nil {
		return nil, err
	}
	k, r := net.Layers(), len(set)
	if least, most := net.MiddleRanks(r); middle < least || middle > most {
		return nil, fmt.Errorf("the middle blocks at rank %d have a product of rank %d to %d, not %d", r, least, most, middle)
	}
	w := make([]float64, net.Parameters())
	rnd := newRandom(seed, "representative")
	layer := func(j int) matrix { return matrix{net.Dims[j], net.Dims[j-1], net.Layer(w, j)} }
	if k == 1 {
		mul(layer(1), d.m, false, d.fInv, false, 0)
		return w, nil
	}
	f := d.f.norm() / math.Sqrt(float64(d.Rank))
	share := func(i int) float64 { return math.Pow(d.Sigma[i]/f, 1/float64(k)) }
	unit := 1.0
	if len(d.Sigma) > 0 {
		unit = share(0)
	}
	for j := 1; j <= k; j++ {
		m := layer(j)
		switch j {
		case 1: // rows vᵢᵀF⁺f (σᵢ/f)^{1/k}
			rows := newMatrix(net.Dims[1], d.Rank)
			for a, i := range set {
				for c := range d.Rank {
					rows.data[a*d.Rank+c] = f * share(i) * d.v.at(i, c)
				}
			}
			mul(m, rows, false, d.fInv, false, 0)
		case k:
			for a, i := range set {
				for c := range net.Dims[k] {
					m.data[c*m.cols+a] = share(i) * d.u.at(c, i)
				}
			}
		default:
			for a, i := range set {
				m.data[a*m.cols+a] = share(i)
			}
			middleBlock(m, r, middle, j == 2, unit, rnd)
		}
	}
	for j := 1; j < k; j++ {
		rnd.conjugate(layer(j), layer(j+1))
	}
	return w, nil
}

// middleBlock fills the rows and columns of m from r on with a random matrix whose
// nonzero singular values are from unit to 2 unit, so that the product of many is well
// conditioned too; the first block has rank middle, the others are as regular as their
// shape allows.
func middleBlock(m matrix, r, middle int, limited bool, unit float64, rnd *random) {
	rows, cols := m.rows-r, m.cols-r
	rank := min(rows, cols)
	if limited {
		rank = middle
	} else if middle == 0 {
		rank = 0
	}
	p, q := rnd.orthogonal(rows), rnd.orthogonal(cols)
	for l := range rank {
		s := unit * (1 + rnd.uniform())
		for i := range rows {
			for j := range cols {
				m.data[(r+i)*m.cols+r+j] += s * p[i*rows+l] * q[j*cols+l]
			}
		}
	}
}

// conjugate replaces a by G a and b by b G⁻¹ with a random G of condition at most 2.
func (r *random) conjugate(a, b matrix) {
	n := a.rows
	p, q := matrix{n, n, r.orthogonal(n)}, matrix{n, n, r.orthogonal(n)}
	g, inv := newMatrix(n, n), newMatrix(n, n)
	for i := range n {
		s := 1 + r.uniform()
		for j := range n {
			g.data[i*n+j] = s * q.data[i*n+j]
			inv.data[i*n+j] = q.data[i*n+j] / s
		}
	}
	copy(a.data, p.times(g).times(a).data)
	// G⁻¹ = (P S Q)⁻¹ = Qᵀ S⁻¹ Pᵀ.
	back := newMatrix(n, n)
	mul(back, inv, true, p, true, 0)
	copy(b.data, b.times(back).data)
}

func (d *Data) checkSet(net *Net, set []int) error {
	most := d.MaxRank(net)
	switch {
	case !slices.IsSorted(set) || len(slices.Compact(slices.Clone(set))) != len(set):
		return fmt.Errorf("index set %v: indices must increase", set)
	case len(set) > 0 && (set[0] < 0 || set[len(set)-1] >= len(d.Lambda)):
		return fmt.Errorf("index set %v: indices run from 0 to %d", set, len(d.Lambda)-1)
	case len(set) > most:
		return fmt.Errorf("index set %v: no critical point has a rank above %d", set, most)
	case net.Layers() == 1 && len(set) != len(d.Lambda):
		return fmt.Errorf("index set %v: without hidden layers the only critical points are the minima, which keep all", set)
	}
	return nil
}
