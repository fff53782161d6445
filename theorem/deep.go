package theorem

import (
	"context"
	"fmt"
	"math"

	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/landscape"
	"github.com/tacit-dev/tacit/ode"
)

// deepNetworks are the statements about deep linear networks.
func deepNetworks() []Experiment {
	const place = "Also related: Theorem [Kawaguchi]; "
	return []Experiment{{
		ID:    "no-spurious-minima",
		Title: "no spurious local minima",
		Statement: "Every local minimum of ½‖W_k⋯W₁X − Y‖² is global; every other critical point is a saddle. " +
			"Its Hessian has #{i ∈ I, j ∉ I: λ_j > λ_i} + rank(Z)·#{j ∉ I} negative eigenvalues, where I are the eigenvectors that the product keeps and Z is the product of the middle blocks",
		Source: place + "Kawaguchi 2016; Zhang 2019; the count is derived in docs/theory/deep-linear.md",
		Run:    noSpuriousMinima,
	}, {
		ID:        "bad-saddles",
		Title:     "bad saddles need three layers",
		Statement: "With two layers every saddle has a direction of negative curvature. With three layers or more there are saddles whose Hessian has no negative eigenvalue, and still a way down, of order three or more",
		Slip:      "The lecture has \"only bad saddle points for k ≥ 3\", as if all saddles were bad then, and calls bad what has no negative eigenvalue, which minima share. Bad saddles exist only for k ≥ 3, beside strict ones",
		Source:    place + "Kawaguchi 2016, corollary 2.4",
		Run:       badSaddles,
	}, {
		ID:        "balancedness",
		Title:     "layers stay balanced",
		Statement: "Gradient flow on any loss of the product conserves W_{j+1}ᵀW_{j+1} − W_jW_jᵀ. From a balanced start the product follows Ṗ = −Σ_j (PPᵀ)^{(j−1)/N} G (PᵀP)^{(N−j)/N}",
		Source:    "Arora, Cohen and Hazan 2018",
		Run:       balancedness,
	}, {
		ID:        "saxe",
		Title:     "modes rise along sigmoids",
		Statement: "From an aligned start on whitened data a mode of two layers is u(t) = s e^{2st}/(e^{2st} − 1 + s/u₀), at any scale u₀; and for N layers in the time N t it tends to u̇ = u²(s − u)",
		Source:    "Saxe, McClelland and Ganguli 2014",
		Run:       saxe,
	}, {
		ID:        "large-steps",
		Title:     "large steps do not follow the flow, and end at flatter minima",
		Statement: "Gradient descent with step η on all layers is O(η) from the flow at any fixed time, and W_{j+1}ᵀW_{j+1} − W_jW_jᵀ, which the flow conserves, moves by O(η) until then; and it settles only at minima where the largest eigenvalue of the Hessian is at most 2/η: with large steps at others than the flow, with layers that are more alike",
		Source:    "balancedness by expanding a step; stability is classical; Wang, Chen, Zhao and Tao 2022 for the balancing",
		Run:       largeSteps,
	}}
}

// deepCase is a network on data without structure.
func deepCase(dx, dy, n int, hidden ...int) (*landscape.Data, *landscape.Net, error) {
	fill := func(rows int, shift float64) []float64 {
		m := make([]float64, rows*n)
		for i := range m {
			m[i] = math.Cos(0.7*float64(i*i)+shift) + 0.3*math.Sin(3*float64(i)+shift)
		}
		return m
	}
	d, err := landscape.NewData(fill(dx, 0.1), fill(dy, 1.3), dx, dy, n, 0)
	if err != nil {
		return nil, nil, err
	}
	net, err := d.Net(hidden)
	return d, net, err
}

func noSpuriousMinima(ctx context.Context) ([]Check, error) {
	wrong, minima, points := 0, 0, 0
	for _, hidden := range [][]int{{3}, {2}, {3, 3}, {2, 3, 3}} {
		d, net, err := deepCase(4, 3, 9, hidden...)
		if err != nil {
			return nil, err
		}
		for p := range d.All(net, -1) {
			w, err := d.Representative(net, p.Set, p.Middle, uint64(points))
			if err != nil {
				return nil, err
			}
			got, err := d.Classify(ctx, net, w, landscape.ClassifyOptions{})
			if err != nil {
				return nil, err
			}
			points++
			if !got.Critical || !got.Agree || got.Dense.Inertia != p.Inertia {
				wrong++
			}
			if p.Kind != landscape.GlobalMinimum && got.Escape == nil {
				minima++
			}
		}
	}
	return []Check{
		absolute("critical points other than global minima without a verified way down", 0, float64(minima), 0),
		absolute(fmt.Sprintf("of %d critical points, those with another inertia than counted", points), 0, float64(wrong), 0),
	}, nil
}

func badSaddles(ctx context.Context) ([]Check, error) {
	count := func(hidden ...int) (int, error) {
		d, net, err := deepCase(4, 3, 9, hidden...)
		if err != nil {
			return 0, err
		}
		bad := 0
		for p := range d.All(net, -1) {
			if p.Kind == landscape.NonStrictSaddle {
				bad++
			}
		}
		return bad, nil
	}
	two, err := count(3)
	if err != nil {
		return nil, err
	}
	three, err := count(3, 3)
	if err != nil {
		return nil, err
	}
	d, net, err := deepCase(4, 3, 9, 3, 3)
	if err != nil {
		return nil, err
	}
	w, err := d.Representative(net, []int{0}, 0, 1)
	if err != nil {
		return nil, err
	}
	p, err := d.Classify(ctx, net, w, landscape.ClassifyOptions{})
	if err != nil {
		return nil, err
	}
	order, gain := 0.0, 0.0
	if p.Escape != nil {
		order, gain = float64(p.Escape.Order), p.Escape.Decrease
	}
	largest := p.Dense.Values[len(p.Dense.Values)-1]
	return []Check{
		absolute("non-strict saddles of 4-3-3, two layers", 0, float64(two), 0),
		absolute("non-strict saddles of 4-3-3-3, three layers: one for each of the ranks 0, 1, 2", 3, float64(three), 0),
		atLeast("one of them: the smallest eigenvalue of its Hessian over the largest", 0, p.Dense.Values[0]/largest, 1e-12),
		absolute("order of the way down from it", 3, order, 0),
		atLeast("how far the loss falls along it, over the loss", 1e-6, gain/p.Loss, 0),
	}, nil
}

func balancedness(ctx context.Context) ([]Check, error) {
	d, net, err := deepCase(3, 3, 7, 3, 4)
	if err != nil {
		return nil, err
	}
	start, err := flow.BalancedStart(d, 3, 3, math.Log(0.1), 3)
	if err != nil {
		return nil, err
	}
	w, err := start.Layers(net, 5)
	if err != nil {
		return nil, err
	}
	layers, err := flow.NewDeepLayers(d, net, w)
	if err != nil {
		return nil, err
	}
	const end = 20
	res, err := flow.Run(ctx, layers.Linearized(), flow.Options{UntilTime: end, RelTol: 1e-10, Method: ode.NewRodas5P()})
	if err != nil {
		return nil, err
	}
	spectral, err := flow.NewDeepSpectral(d, start, 1e-8)
	if err != nil {
		return nil, err
	}
	if _, err := spectral.Run(ctx, 0, flow.DeepOptions{UntilLogTime: math.Log(end)}); err != nil {
		return nil, err
	}
	a, b := make([]float64, 9), make([]float64, 9)
	layers.Primal(a, res.State)
	spectral.Product(b)
	far := 0.0
	for i := range a {
		far = math.Max(far, math.Abs(a[i]-b[i]))
	}
	moved := make([]float64, 9+16)
	net.Balance(moved, res.State)
	drift := 0.0
	for _, v := range moved {
		drift = math.Max(drift, math.Abs(v))
	}
	return []Check{
		absolute("largest entry of W_{j+1}ᵀW_{j+1} − W_jW_jᵀ after the flow", 0, drift, 1e-8),
		absolute("the product by all layers against the product by its own equation", 0, far, 1e-6),
	}, nil
}

func saxe(ctx context.Context) ([]Check, error) {
	d, err := landscape.NewData([]float64{1, 0, 0, 1}, []float64{2, 0, 0, 0.7}, 2, 2, 2, 0)
	if err != nil {
		return nil, err
	}
	var list []Check
	for _, logAlpha := range []float64{math.Log(1e-2), -300 * math.Ln10} {
		start, err := flow.AlignedStart(d, 2, []float64{logAlpha, logAlpha - 0.1})
		if err != nil {
			return nil, err
		}
		s, err := flow.NewDeepSpectral(d, start, 1e-9)
		if err != nil {
			return nil, err
		}
		time := -1.02 * logAlpha / 2
		if _, err := s.Run(ctx, 0, flow.DeepOptions{UntilLogTime: math.Log(time)}); err != nil {
			return nil, err
		}
		u0 := 2 * start.LogZ[0]
		want := 2 / (1 + math.Exp(math.Log(2)-u0-4*time+math.Log1p(-math.Exp(u0)/2)))
		list = append(list, relative(fmt.Sprintf("the first mode from ln α = %.5g as it rises", logAlpha), want, math.Exp(s.LogSingular()[0]), 1e-4))
	}
	one, err := landscape.NewData([]float64{1}, []float64{1.7}, 1, 1, 1, 0)
	if err != nil {
		return nil, err
	}
	const n, u0, sv, u = 100000, 0.05, 1.7, 1.0
	start, err := flow.AlignedStart(one, n, []float64{math.Log(u0) / n})
	if err != nil {
		return nil, err
	}
	s, err := flow.NewDeepSpectral(one, start, 1e-9)
	if err != nil {
		return nil, err
	}
	limit := math.Log(u*(sv-u0)/(u0*(sv-u)))/(sv*sv) + (1/u0-1/u)/sv
	if _, err := s.Run(ctx, 0, flow.DeepOptions{UntilLogTime: math.Log(limit / n)}); err != nil {
		return nil, err
	}
	return append(list, relative("one mode of 100000 layers at the time when the limit is at 1", u, math.Exp(s.LogSingular()[0]), 2e-3)), nil
}
