package phase

import "math"

// Trials are the outcomes of an experiment at one ρ.
type Trials struct {
	Rho               float64
	Successes, Trials int
}

// Half is where half of the trials recover x, with its interval at 95 %.
type Half struct{ Rho, Low, High float64 }

// z95 is the 97.5 % quantile of the normal distribution.
const z95 = 1.959963984540054

// Wilson is Wilson's interval (1927) of a probability from k successes in n.
func Wilson(k, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	N, p := float64(n), float64(k)/float64(n)
	const zz = z95 * z95
	centre := (p + zz/(2*N)) / (1 + zz/N)
	half := z95 / (1 + zz/N) * math.Sqrt(p*(1-p)/N+zz/(4*N*N))
	return math.Max(0, centre-half), math.Min(1, centre+half)
}

// FitHalf fits P(success) = 1/(1 + e^{a + bρ}) by Newton's method on the likelihood,
// with a tiny weight on the size of b, without which the fit of separated data
// would run away. Where no ρ has outcomes of both kinds the interval is the gap
// between the last success and the first failure. The points are by increasing ρ;
// false where there is no half among them.
func FitHalf(points []Trials) (Half, bool) {
	mean, spread, trials := 0.0, 0.0, 0.0
	success, failure := false, false
	for _, p := range points {
		mean += p.Rho * float64(p.Trials)
		trials += float64(p.Trials)
		success, failure = success || p.Successes > 0, failure || p.Successes < p.Trials
	}
	if !success || !failure {
		return Half{}, false
	}
	mean /= trials
	for _, p := range points {
		spread += float64(p.Trials) * (p.Rho - mean) * (p.Rho - mean)
	}
	if spread = math.Sqrt(spread / trials); spread == 0 {
		return Half{}, false
	}
	a, b := 0.0, 1.0
	const ridge = 1e-4
	var haa, hab, hbb float64
	for range 100 {
		ga, gb := -ridge*a, -ridge*b
		haa, hab, hbb = ridge, 0, ridge
		for _, p := range points {
			x, n := (p.Rho-mean)/spread, float64(p.Trials)
			q := 1 / (1 + math.Exp(-(a + b*x))) // of failure
			ga += n - float64(p.Successes) - n*q
			gb += (n - float64(p.Successes) - n*q) * x
			w := n * q * (1 - q)
			haa, hab, hbb = haa+w, hab+w*x, hbb+w*x*x
		}
		det := haa*hbb - hab*hab
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		step := math.Min(1, 2/math.Hypot(da, db)) // logits move by 2 at most
		a, b = a+step*da, b+step*db
		if math.Hypot(da, db) < 1e-10 {
			break
		}
	}
	if !(b > 0) {
		return Half{}, false
	}
	zero := -a / b
	det := haa*hbb - hab*hab
	// Var(−a/b) = (Var a + 2·zero·Cov + zero²·Var b)/b².
	variance := (hbb - 2*zero*hab + zero*zero*haa) / det / (b * b)
	r := mean + spread*zero
	e := z95 * spread * math.Sqrt(variance)
	lo, hi := points[0].Rho, points[len(points)-1].Rho
	if r < lo || r > hi {
		return Half{}, false // beyond what was tried
	}
	return Half{Rho: r, Low: math.Max(0, r-e), High: r + e}, true
}
