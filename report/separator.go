package report

import (
	"fmt"

	"github.com/tacit-dev/tacit/plot"
)

// separatorFacts is what a search for a separator, or a flow towards it, found.
func separatorFacts(r *plot.Result) []fact {
	s := r.Separator
	var list []fact
	add := func(label, value string) {
		if value != "" && value != none {
			list = append(list, fact{label, value})
		}
	}
	add("problem", fmt.Sprintf("%d points, %d coordinates, %d classes", r.Rows, r.Cols, len(s.Labels)))
	switch s.Loss {
	case "exp":
		add("loss", "Σ exp(−yᵢwᵀxᵢ)")
	case "logistic":
		add("loss", "Σ ln(1 + exp(−yᵢwᵀxᵢ))")
	}
	add("geometry", r.Geometry)
	add("ln t at the end", number(s.LogTime))
	add("margin", number(s.Margin))
	if s.LogTime != nil { // a flow; what margin reports as bound is that of ‖w‖
		add("no margin is above", number(r.Bound))
		add("largest margin", number(s.Largest.Margin))
		add("distance of w/‖w‖ from that separator", small(s.Direction))
		if s.Largest.Margin == nil {
			add("separator of largest margin", s.Largest.Status)
		}
		return list
	}
	add("intercept", number(s.Intercept))
	add("relative gap", small(r.Gap))
	what := "support vectors"
	if r.Status == "not-separable" {
		what = "points of the proof"
	}
	add(what, fmt.Sprint(len(s.Support)))
	return list
}
