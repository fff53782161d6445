package instance

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// maxRange keeps b within the floating-point numbers.
const maxRange = 1e100

// maxEntries bounds a dense matrix: 2³⁰ entries are 8 GiB.
const maxEntries = 1 << 30

// check reports the first parameter that makes the instance impossible.
func (s Sparse) check() error {
	switch {
	case !slices.Contains(Ensembles(), s.Ensemble):
		return fmt.Errorf("unknown ensemble %q; choose one of %s", s.Ensemble, strings.Join(Ensembles(), ", "))
	case s.N < 1 || s.M < 1:
		return fmt.Errorf("a matrix of %d×%d has no entries; both sizes must be at least 1", s.N, s.M)
	case s.K < 1 || s.K > s.M:
		return fmt.Errorf("cannot place %d nonzeros among %d unknowns; choose 1 to %d", s.K, s.M, s.M)
	case s.Range != 0 && !(s.Range >= 1 && s.Range <= maxRange):
		return fmt.Errorf("dynamic range %v; it is the ratio of the largest to the smallest magnitude, from 1 to %v", s.Range, maxRange)
	case !(s.Noise >= 0 && s.Noise <= maxRange):
		return fmt.Errorf("noise %v; it is a norm relative to ‖Ax‖, from 0 to %v", s.Noise, maxRange)
	}
	return s.checkEnsemble()
}

func (s Sparse) checkEnsemble() error {
	switch s.Ensemble {
	case SparseCol:
		if s.NNZ < 1 || s.NNZ > s.N {
			return fmt.Errorf("cannot place %d nonzeros in a column of %d rows; choose 1 to %d", s.NNZ, s.N, s.N)
		}
		return nil
	case PartialC, PartialH:
		if s.N > s.M {
			return fmt.Errorf("cannot choose %d rows of a transform of length %d; choose 1 to %d", s.N, s.M, s.M)
		}
		if s.Ensemble == PartialH && s.M&(s.M-1) != 0 {
			return fmt.Errorf("a Walsh–Hadamard transform of length %d; its length is a power of two", s.M)
		}
		return nil
	case Bumps:
		if err := s.checkBumps(); err != nil {
			return err
		}
	case Ternary:
		if err := s.checkTernary(); err != nil {
			return err
		}
	}
	if s.M > maxEntries/s.N {
		return fmt.Errorf("a dense matrix of %d×%d needs %.3g GB; use the ensemble %q or %q", s.N, s.M, 8e-9*float64(s.N)*float64(s.M), SparseCol, PartialC)
	}
	return nil
}

func (s Sparse) checkBumps() error {
	if !(s.Width > 0 && s.Width <= 1) {
		return fmt.Errorf("bumps of width %v; the width is a part of the unit interval, above 0 and at most 1", s.Width)
	}
	if s.N < 2 || s.M < 2 {
		return fmt.Errorf("bumps on a grid of %d×%d; both sizes must be at least 2", s.N, s.M)
	}
	// A bump that falls between two samples leaves an empty column.
	if step := 1 / float64(s.N-1); s.Width < step/8 {
		return fmt.Errorf("bumps of width %v fall between samples %.3g apart; choose a width of at least %.3g", s.Width, step, step/8)
	}
	if !(s.Gap >= 0 && s.Gap <= 1) {
		return fmt.Errorf("a gap of %v between bumps; the gap is a part of the unit interval", s.Gap)
	}
	if g := s.gap(); (s.K-1)*g >= s.M {
		return fmt.Errorf("%d bumps %v apart do not fit into the unit interval; choose at most %d", s.K, s.Gap, (s.M-1)/g+1)
	}
	return nil
}

func (s Sparse) checkTernary() error {
	d, h := s.Duplicates, s.Midpoints
	if d < 0 || h < 0 {
		return fmt.Errorf("%d duplicate and %d midpoint columns; counts are at least 0", d, h)
	}
	if d+h > s.M-2 && d+h > 0 {
		return fmt.Errorf("%d duplicate and midpoint columns of %d leave fewer than 2 others", d+h, s.M)
	}
	return nil
}

// gap is Gap in columns.
func (s Sparse) gap() int {
	return max(1, int(math.Ceil(s.Gap*float64(s.M-1))))
}
