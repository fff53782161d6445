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
