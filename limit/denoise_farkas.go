package limit

// distance is the last lane: where no point within σ of b was found, it tests
// by least squares whether there is any, of any sign.
func (d *denoising) distance() {
	if d.primal.x != nil {
		return
	}
	d.enter("distance")
	res := leastSquares(d.ctx, d.a, d.b, leastSquaresOptions{tol: d.opt.tol()})
	d.stats.Passes += res.passes
	d.stats.Factorizations += res.factorized
	if res.err != nil || norm2(res.r) <= d.sigma {
		return
	}
	v := make([]float64, d.m)
	d.applyT(v, res.r)
	d.offerFarkas(res.r, v)
}

// offerFarkas tests y, with v = Aᵀy, as a proof that no x comes within σ of b.
// With the violations of farkas.go, and
//
//	ρ = (bᵀy/‖y‖ − σ)/‖b‖,
//
// any such x would need Σ‖aⱼ‖|xⱼ| ≥ ‖b‖ρ/violation; it counts as a proof if
// that is 4‖b‖/tol or more and ρ > tol.
func (d *denoising) offerFarkas(y, v []float64) bool {
	length := norm2(y)
	tol := d.opt.tol()
	rho := (dot(d.b, y)/length - d.sigma) / d.bnorm
	if !(rho > tol) {
		return false
	}
	oneSided, twoSided := 0.0, 0.0
	for j, vj := range v {
		if d.norms[j] > 0 {
			rel := vj / (d.norms[j] * length)
			oneSided = max(oneSided, rel+d.gamma)
			twoSided = max(twoSided, rel+d.gamma, d.gamma-rel)
		}
	}
	f := &farkas{append([]float64(nil), y...), true, rho, twoSided}
	if 4*twoSided > tol*rho {
		if !d.nonneg || 4*oneSided > tol*rho {
			return false
		}
		f.anySign, f.violation = false, oneSided
	}
	scale(1/length, f.y)
	d.farkas = f
	return true
}
