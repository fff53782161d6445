package tacit

import (
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/linop"
)

// Dense returns the n×m matrix with the given entries by rows, without a copy.
// Every entry must be finite.
func Dense(n, m int, entries []float64) (Operator, error) {
	if err := shape(n, m); err != nil {
		return nil, err
	}
	if len(entries) != n*m {
		return nil, fmt.Errorf("tacit: a %d×%d matrix has %d entries, but %d were given", n, m, n*m, len(entries))
	}
	for k, v := range entries {
		if !finite(v) {
			return nil, fmt.Errorf("tacit: entry (%d, %d) of A is %v; every entry must be finite", k/m, k%m, v)
		}
	}
	return linop.NewDense(n, m, entries), nil
}

// Sparse returns the n×m matrix with A[rows[k], cols[k]] = vals[k], 0-based;
// entries at the same place add up, all others are 0.
func Sparse(n, m int, rows, cols []int, vals []float64) (Operator, error) {
	if err := shape(n, m); err != nil {
		return nil, err
	}
	if max(n, m) > linop.MaxSparseDim {
		return nil, fmt.Errorf("tacit: a sparse matrix of %d×%d is too large; each dimension may be up to %d", n, m, linop.MaxSparseDim)
	}
	if len(rows) != len(vals) || len(cols) != len(vals) {
		return nil, fmt.Errorf("tacit: %d rows, %d columns and %d values; they must be as many", len(rows), len(cols), len(vals))
	}
	for k, v := range vals {
		i, j := rows[k], cols[k]
		if i < 0 || i >= n || j < 0 || j >= m {
			return nil, fmt.Errorf("tacit: entry %d is at (%d, %d), outside a %d×%d matrix", k, i, j, n, m)
		}
		if !finite(v) {
			return nil, fmt.Errorf("tacit: entry (%d, %d) of A is %v; every entry must be finite", i, j, v)
		}
	}
	return linop.FromTriplets(n, m, rows, cols, vals), nil
}

func shape(n, m int) error {
	if n < 1 || m < 1 {
		return fmt.Errorf("tacit: A is %d×%d; it needs at least one row and one column", n, m)
	}
	// The product is the length of a vector somewhere.
	if n > math.MaxInt/m {
		return fmt.Errorf("tacit: A is %d×%d, more entries than this machine can count", n, m)
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
