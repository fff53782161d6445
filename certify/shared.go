package certify

import (
	"github.com/tacit-dev/tacit/linop"
)

// A matrix that several processes share is read where its columns are: each
// process runs the arithmetic of this package on its own, and the compensated
// sums are added up. What is rarely needed (rational arithmetic, the norms of
// contradicting rows) brings the columns to the verifier instead, some at a time.

const (
	partLargest  = "certify: largest entry"
	partProducts = "certify: products"
	partNorms    = "certify: column norms"
)

// accSize and estimateSize are the numbers of which sums and estimates are made.
const accSize, estimateSize = 3, 2

func init() {
	linop.RegisterPart(linop.Part{Name: partLargest, Rows: 1,
		Run: func(a linop.Operator, _, _, sum, _ []float64) {
			clear(sum)
			e, _ := entriesOf(a)
			sum[0] = e.largest()
		},
		Combine: func(dst, src []float64) { dst[0] = max(dst[0], src[0]) },
	})
	linop.RegisterPart(linop.Part{Name: partProducts, Rows: accSize, Cols: accSize,
		Run: func(a linop.Operator, x, y, sum, cols []float64) {
			e, _ := entriesOf(a)
			ax, aty := e.multiply(x, y)
			for i, s := range ax {
				s.put(sum[accSize*i:])
			}
			for j, s := range aty {
				s.put(cols[accSize*j:])
			}
		},
		Combine: func(dst, src []float64) {
			for i := 0; i < len(dst); i += accSize {
				s := accOf(dst[i:])
				s.merge(accOf(src[i:]))
				s.put(dst[i:])
			}
		},
	})
	linop.RegisterPart(linop.Part{Name: partNorms, Cols: estimateSize,
		Run: func(a linop.Operator, _, _, _, cols []float64) {
			e, _ := entriesOf(a)
			for j, s := range e.columnNorms(1) {
				cols[estimateSize*j], cols[estimateSize*j+1] = s.val, s.err
			}
		},
		Combine: func(_, _ []float64) {},
	})
}

func accOf(v []float64) acc { return acc{v[0], v[1], v[2]} }

func (a acc) put(v []float64) { v[0], v[1], v[2] = a.hi, a.lo, a.abs }

// sharedLargest returns max |A_ij|, +Inf if an entry is not finite.
func sharedLargest(a *linop.Shard) float64 {
	n, m := a.Dims()
	sum, _ := a.RunPart(partLargest, make([]float64, m), make([]float64, n))
	return sum[0]
}

// sharedProducts is multiply for data of moderate size.
func sharedProducts(a *linop.Shard, b, x, y []float64) products {
	n, m := a.Dims()
	sum, cols := a.RunPart(partProducts, x, y)
	ax, aty := make([]acc, n), make([]acc, m)
	for i := range ax {
		ax[i] = accOf(sum[accSize*i:])
	}
	for j := range aty {
		aty[j] = accOf(cols[accSize*j:])
	}
	// To merge two sums counts as one more product.
	p := estimated(ax, aty, b, terms(x)+len(linop.Panels(m)), terms(y))
	p.norms = func() []estimate {
		_, cols := a.RunPart(partNorms, make([]float64, m), make([]float64, n))
		norms := make([]estimate, m)
		for j := range norms {
			norms[j] = estimate{cols[estimateSize*j], cols[estimateSize*j+1]}
		}
		return norms
	}
	p.columns = func(idx []int) []float64 {
		out := make([]float64, len(idx)*n)
		linop.Columns(a, out, idx)
		return out
	}
	return p
}

// broughtColumns reads the columns of a in order, some at a time.
func broughtColumns(a *linop.Shard) func(k int) ([]int32, []float64) {
	const atOnce = 256
	n, m := a.Dims()
	first, cols := -1, []float64(nil)
	return func(k int) ([]int32, []float64) {
		if first < 0 || k < first || k >= first+len(cols)/n {
			first = k
			idx := make([]int, min(atOnce, m-k))
			for p := range idx {
				idx[p] = k + p
			}
			cols = make([]float64, len(idx)*n)
			linop.Columns(a, cols, idx)
		}
		return nil, cols[(k-first)*n : (k-first+1)*n]
	}
}
