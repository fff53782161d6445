package limit

import (
	"math/big"
	"slices"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/linop"
)

// farkas is a proof that no x fits: bᵀy > 0 although Aᵀy = 0 (anySign) or
// Aᵀy ≤ 0 (for x ≥ 0) up to rounding.
type farkas struct {
	y         []float64
	anySign   bool
	rho       float64 // bᵀy/(‖b‖‖y‖): how far b is from the feasible right-hand sides
	violation float64
}

// reason says how strong the proof is.
func (f *farkas) reason() Reason {
	hint := "no x ≥ 0 fits: drop --nonneg, or allow noise in b"
	if f.anySign {
		hint = "no x fits: rows of A depend on each other and b contradicts them; remove or correct the contradicting rows"
	}
	return Reason{"farkas", f.violation / f.rho, 1 / farkasStrength, hint}
}

// farkasStrength is the least ratio of a solution, Σ‖a_j‖|x_j|, to ‖b‖ that
// counts as none: four times that of the verifier, who rounds differently.
const farkasStrength = 4e9

// provesInfeasible tests y, with v = Aᵀy, as a Farkas vector and keeps it if
// it proves that no x fits. In floating point Aᵀy ≤ 0 holds up to some
// violation; with
//
//	violation = max_j (a_jᵀy)₊/(‖a_j‖‖y‖)   and   ρ = bᵀy/(‖b‖‖y‖)
//
// every solution would need Σ‖a_j‖|x_j| ≥ ‖b‖·ρ/violation. It counts as a
// proof if that is farkasStrength·‖b‖ or more, and ρ > tol: otherwise b is
// within the tolerance of a feasible right-hand side.
func (s *search) provesInfeasible(y, v []float64) bool {
	length := norm2(y)
	rho := dot(s.b, y) / (s.bnorm * length)
	if !(rho > s.opt.tol()) {
		return false
	}
	allowed := rho / farkasStrength
	oneSided, twoSided := s.violation(v, length, s.gamma)
	if least := min(oneSided, twoSided); s.stored && least > allowed && least <= 4*(allowed+s.gamma) {
		// The rounding of v may be all that is wrong.
		v = make([]float64, s.m)
		s.stats.Passes++
		applyTCompensated(s.a, v, y)
		oneSided, twoSided = s.violation(v, length, s.gamma*s.gamma)
	}
	switch {
	case twoSided <= allowed && !s.independentRows(y):
		s.farkas = &farkas{append([]float64(nil), y...), true, rho, twoSided}
	case s.nonneg && oneSided <= allowed && !s.fitsExactly(y):
		s.farkas = &farkas{append([]float64(nil), y...), false, rho, oneSided}
	default:
		return false
	}
	return true
}

// independentRows reports whether the rows of A that y combines are seen to be
// independent, by exact elimination on small problems: Aᵀy is not 0 then,
// however small it looks.
func (s *search) independentRows(y []float64) bool {
	var rows []float64
	k := 0
	for _, v := range y {
		if v != 0 {
			k++
		}
	}
	if !s.stored || k > s.m || float64(k)*float64(k)*float64(s.m) > maxRankWork {
		return false
	}
	for i, v := range y {
		if v != 0 {
			row := make([]float64, s.m)
			linop.Row(s.given, i, func(j int, a float64) { row[j] = a })
			rows = append(rows, row...)
		}
	}
	return certify.FullColumnRank(s.m, k, rows)
}

// fitsExactly reports whether some x ≥ 0 is seen to satisfy the equations exactly, however
// large it is, where y denies it up to rounding only: where Aᵀy ≤ 0 does not hold without
// any, the path of small problems is followed in rational arithmetic.
func (s *search) fitsExactly(y []float64) bool {
	if !s.stored || s.n*s.m > maxRefuted {
		return false
	}
	p := RationalProblem{A: make([][]*big.Rat, s.n), B: make([]*big.Rat, s.n), Nonneg: true}
	dual := make([]*big.Rat, s.m)
	for j := range dual {
		dual[j] = new(big.Rat)
	}
	term := new(big.Rat)
	for i := range s.n {
		weight, row := new(big.Rat).SetFloat64(y[i]), make([]*big.Rat, s.m)
		for j := range row {
			row[j] = new(big.Rat)
		}
		p.B[i] = new(big.Rat).SetFloat64(s.b[i])
		if s.units.row != nil { // powers of two
			scale := new(big.Rat).SetFloat64(s.units.row[i])
			p.B[i].Quo(p.B[i], scale)
			weight.Mul(weight, scale)
		}
		linop.Row(s.given, i, func(j int, v float64) {
			row[j].Add(row[j], term.SetFloat64(v))
			dual[j].Add(dual[j], term.Mul(term, weight))
		})
		p.A[i] = row
	}
	if !slices.ContainsFunc(dual, func(v *big.Rat) bool { return v.Sign() > 0 }) {
		return false // y is a proof without any rounding, as bᵀy > 0 is well clear of it
	}
	r, err := PathRational(s.ctx, p, maxRefutation)
	if err != nil || r.Status != Certified {
		return false
	}
	s.trouble = "an x ≥ 0 fits, but it is 10⁹ times as large as b and more"
	return true
}

// maxRefuted bounds the entries of A, and maxRefutation the events, of the paths that
// fitsExactly follows: some tens of milliseconds.
const (
	maxRefuted    = 256
	maxRefutation = 64
)

// maxRankWork bounds the multiplications of independentRows: a second.
const maxRankWork = 5e8

// violation returns max_j (a_jᵀy)₊/(‖a_j‖‖y‖) and max_j |a_jᵀy|/(‖a_j‖‖y‖) for
// v = Aᵀy, known up to γ‖a_j‖‖y‖.
func (s *search) violation(v []float64, length, gamma float64) (oneSided, twoSided float64) {
	for j, vj := range v {
		if s.norms[j] == 0 {
			continue
		}
		rel := vj / (s.norms[j] * length)
		oneSided = max(oneSided, rel+gamma)
		twoSided = max(twoSided, rel+gamma, gamma-rel)
	}
	return oneSided, twoSided
}

// consistency is the last lane: where no point was found that fits b, it tests
// by least squares whether there is any, of any sign.
func (s *search) consistency() {
	if s.primal.x != nil && s.primal.residual <= s.opt.tol() {
		return
	}
	s.enter("consistency")
	y, inconsistent, err := consistent(s.ctx, s.a, s.b, s.opt.tol())
	if err != nil || !inconsistent {
		return
	}
	v := make([]float64, s.m)
	s.applyT(v, y)
	s.provesInfeasible(y, v)
}
