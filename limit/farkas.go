package limit

// farkas is a proof that no x fits: bᵀy > 0 although Aᵀy = 0 (anySign) or
// Aᵀy ≤ 0 (for x ≥ 0) up to rounding.
type farkas struct {
	y         []float64
	anySign   bool
	rho       float64 // bᵀy/(‖b‖‖y‖): how far b is from the feasible right-hand sides
	violation float64
}

// reason says how strong the proof is.
func (f *farkas) reason(tol float64) Reason {
	hint := "no x ≥ 0 fits: drop --nonneg, or allow noise in b"
	if f.anySign {
		hint = "no x fits: the rows of A are dependent and b contradicts them; remove or correct the contradicting rows"
	}
	return Reason{"farkas", f.violation / f.rho, tol, hint}
}

// provesInfeasible tests y, with v = Aᵀy, as a Farkas vector and keeps it if
// it proves that no x fits. In floating point Aᵀy ≤ 0 holds up to some
// violation; with
//
//	violation = max_j (a_jᵀy)₊/(‖a_j‖‖y‖)   and   ρ = bᵀy/(‖b‖‖y‖)
//
// every solution would need Σ‖a_j‖|x_j| ≥ ‖b‖·ρ/violation. It counts as a
// proof if that is ‖b‖/tol or more (four times more here, so that the verifier,
// who rounds differently, agrees), and ρ > tol: otherwise b is within the
// tolerance of a feasible right-hand side.
func (s *search) provesInfeasible(y, v []float64) bool {
	length := norm2(y)
	rho := dot(s.b, y) / (s.bnorm * length)
	tol := s.opt.tol()
	if !(rho > tol) {
		return false
	}
	gamma := s.gamma
	oneSided, twoSided := s.violation(v, length, gamma)
	if s.stored && min(oneSided, twoSided) > tol*rho/4 && min(oneSided, twoSided) <= tol*rho+4*gamma {
		// The rounding of v may be all that is wrong.
		v = make([]float64, s.m)
		s.stats.Passes++
		applyTCompensated(s.a, v, y)
		oneSided, twoSided = s.violation(v, length, gamma*gamma)
	}
	switch {
	case 4*twoSided <= tol*rho:
		s.farkas = &farkas{append([]float64(nil), y...), true, rho, twoSided}
	case s.nonneg && 4*oneSided <= tol*rho:
		s.farkas = &farkas{append([]float64(nil), y...), false, rho, oneSided}
	default:
		return false
	}
	return true
}

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
