package inspect

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// Coherence is the largest cosine between two different nonzero columns,
// max |⟨aᵢ, aⱼ⟩| / (‖aᵢ‖‖aⱼ‖), or why it was not computed.
type Coherence struct {
	Known   bool
	Value   float64
	Exact   bool // otherwise a lower bound from Sampled columns against all
	Sampled int
	Pair    [2]int // columns that attain it
	Why     string
}

// coherenceFlops bounds the products of columns: about a second.
const coherenceFlops = 4e9

// coherence multiplies columns with all columns: all of them where that is
// affordable, else as many as are, evenly spread. A product costs about nnz or,
// if the matrix is sparse, m operations.
func coherence(a linop.Operator, nnz int) Coherence {
	n, m := a.Dims()
	norm := make([]float64, m)
	linop.ColumnNorms(a, norm)
	nonzero := 0
	for _, v := range norm {
		if v > 0 {
			nonzero++
		}
	}
	if nonzero < 2 {
		return Coherence{Why: "it needs two nonzero columns"}
	}
	each := 2 * float64(max(nnz, n, m))
	count := int(min(float64(m), max(1, coherenceFlops/each)))
	c := Coherence{Known: true, Exact: count == m, Sampled: count, Value: -1}
	unit, cosine := make([]float64, n), make([]float64, m)
	for k := range count {
		j := int(float64(k) * float64(m) / float64(count))
		if norm[j] == 0 {
			continue
		}
		linop.Columns(a, unit, []int{j})
		for i := range unit {
			unit[i] /= norm[j]
		}
		a.ApplyT(cosine, unit)
		for i, v := range cosine {
			if i == j || norm[i] == 0 {
				continue
			}
			if v := math.Abs(v) / norm[i]; v > c.Value {
				c.Value, c.Pair = v, [2]int{min(i, j), max(i, j)}
			}
		}
	}
	if c.Value < 0 {
		return Coherence{Why: fmt.Sprintf("the %d columns that were sampled are zero", count)}
	}
	// Rounding may lift the cosine of parallel columns above 1.
	c.Value = min(c.Value, 1)
	return c
}
