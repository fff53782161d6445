package instance

// Lecture is a small instance with a name: an example of the lecture or a
// counterexample to it, with what is known about it.
type Lecture struct {
	Name, About string
	// Use is the command that shows it, with FILE for the file.
	Use    string
	Arrays []Array
}

// Array is a named array of an instance.
type Array struct {
	Name  string
	Data  []float64
	Shape []int
}

// Lectures lists the named instances in the order of the lecture.
func Lectures() []Lecture {
	linear := func(name, about, use string, n, m int, a, b []float64) Lecture {
		return Lecture{name, about, use, []Array{{"A", a, []int{n, m}}, {"b", b, []int{n}}}}
	}
	return []Lecture{
		linear("line", "x₁ + 2x₂ = 1: from α·1 the entropy's limit is x₁ = (−α + √(α²+8α))/4, the ℓ1 solution (0, ½)",
			"tacit sparse FILE --nonneg --alpha 0.01", 1, 2, []float64{1, 2}, []float64{1}),
		linear("ties", "x₁ + x₂ + x₃/2 = 1: many ℓ1 solutions; the limit α → 0 is the one of maximum entropy, (½, ½, 0)",
			"tacit sparse FILE --nonneg --alpha 1e-30", 1, 3, []float64{1, 1, 0.5}, []float64{1}),
		linear("simplex", "Σ xᵢ = 1, Σ i xᵢ = 2.2: the limit does not depend on α, (0.3474…, 0.2722…, 0.2133…, 0.1671…)",
			"tacit sparse FILE --nonneg --alpha 1e-9", 2, 4, []float64{1, 1, 1, 1, 1, 2, 3, 4}, []float64{1, 2.2}),
		linear("boundary", "x₁ + x₂ = 1, x₁ = 1: x₂ = 0 is forced, ν diverges and x₂ falls like 2/t",
			"tacit descend linear FILE --geometry entropy --step constant:0.25 --steps 2000", 2, 2, []float64{1, 1, 1, 0}, []float64{1, 1}),
		linear("path", "the α → 0 path has events at τ = 1, 4, 276/49 and drops coordinate 0 again; ‖x‖₁ = 80/49",
			"tacit path FILE --exact --decimal", 2, 4, []float64{1, 0.5, 0.7, 0, 0.5, 1, 0.1, 0.7}, []float64{1, 0}),
		linear("infeasible", "x₁ + 2x₂ + 3x₃ = −1 has no solution x ≥ 0",
			"tacit sparse FILE --nonneg", 1, 3, []float64{1, 2, 3}, []float64{-1}),
		{"li-luo-lyu", "4×4 symmetric, X₁₃ = 1, X₁₄ = X₂₃ = 2 observed: the least trace is 8 at rank 2, rank 1 has trace 10; small initialization tends to rank 1",
			"tacit lowrank FILE --psd", []Array{
				{"rows", []float64{0, 2, 0, 3, 1, 2}, []int{6}}, {"cols", []float64{2, 0, 3, 0, 2, 1}, []int{6}},
				{"values", []float64{1, 1, 2, 2, 2, 2}, []int{6}}, {"shape", []float64{4, 4}, []int{2}},
			}},
		{"margin", "z = (2,0), (0,1), (3,3) as labelled points: â = (½, 1), margin 2/√5",
			"tacit margin FILE", []Array{{"X", []float64{2, 0, 0, -1, 3, 3}, []int{3, 2}}, {"y", []float64{1, -1, 1}, []int{3}}}},
		{"bias", "x₊ = (2,1), x₋ = (1,0): with a free intercept w = (1,1), b = −2; folding it into x changes the answer",
			"tacit margin FILE --bias", []Array{{"X", []float64{2, 1, 1, 0}, []int{2, 2}}, {"y", []float64{1, -1}, []int{2}}}},
		{"soudry", "the four support vectors of figure 1 of Soudry et al. 2018: margin √2, w(t) = ½ ln(1+8t)·(1,1)",
			"tacit margin FILE", []Array{{"X", []float64{0.5, 1.5, 1.5, 0.5, -0.5, -1.5, -1.5, -0.5}, []int{4, 2}}, {"y", []float64{1, 1, -1, -1}, []int{4}}}},
	}
}
