package limit

// farkas is a proof that no x fits: bᵀy > 0 although Aᵀy = 0 (anySign) or
// Aᵀy ≤ 0 (for x ≥ 0) up to rounding.
type farkas struct {
	y       []float64
	anySign bool
}

// provesInfeasible tests y, with v = Aᵀy, as a Farkas vector and keeps it if
// it proves that no x fits. In floating point Aᵀy ≤ 0 holds up to some
// violation; with
//
//	violation = max_j (a_jᵀy)₊/(‖a_j‖‖y‖)   and   ρ = bᵀy/(‖b‖‖y‖)
//
// every solution would need Σ‖a_j‖|x_j| ≥ ‖b‖·ρ/violation. It counts as a
// proof if that is ‖b‖/tol or more, and ρ > tol: otherwise b is within the
// tolerance of a feasible right-hand side.
func (s *search) provesInfeasible(y, v []float64) bool {
	length := norm2(y)
	if length == 0 {
		return false
	}
	gamma := float64(s.n+2) * epsilon
	oneSided, twoSided := 0.0, 0.0
	for j, vj := range v {
		if s.norms[j] == 0 {
			continue
		}
		rel := vj / (s.norms[j] * length)
		oneSided = max(oneSided, rel+gamma)
		twoSided = max(twoSided, rel+gamma, gamma-rel)
	}
	rho := dot(s.b, y) / (s.bnorm * length)
	tol := s.opt.tol()
	if rho <= tol {
		return false
	}
	switch {
	case twoSided <= tol*rho:
		s.farkas = &farkas{append([]float64(nil), y...), true}
	case s.nonneg && oneSided <= tol*rho:
		s.farkas = &farkas{append([]float64(nil), y...), false}
	default:
		return false
	}
	return true
}
