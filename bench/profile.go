package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// profile is a performance profile (Dolan and Moré 2002): for each solver the
// fraction of instances that it solves within a factor τ of the fastest.
// Instances that a solver could not run, or got wrong, count as not solved.
type profile struct {
	Tol       float64 `json:"tol"`
	Instances int     `json:"instances"` // solved by anybody
	Curves    []curve `json:"curves"`
}

// curve holds the time ratios of the instances that a solver solved, sorted.
type curve struct {
	Solver string    `json:"solver"`
	Ratios []float64 `json:"ratios"`
}

// factors are the columns of the text form and the ticks of the picture.
var factors = []float64{1, 2, 5, 10, 100, 1000}

func newProfile(runs []*record, tol float64) *profile {
	p := &profile{Tol: tol, Curves: []curve{}}
	ratios := map[string][]float64{}
	byInstance := map[string][]*record{}
	for _, x := range runs {
		byInstance[x.Instance] = append(byInstance[x.Instance], x)
		if _, ok := ratios[x.Solver]; !ok {
			ratios[x.Solver] = []float64{}
			p.Curves = append(p.Curves, curve{Solver: x.Solver})
		}
	}
	for _, group := range byInstance {
		best := fastest(group, tol)
		if math.IsInf(best, 1) {
			continue
		}
		p.Instances++
		for _, x := range group {
			if x.solved(tol) {
				ratios[x.Solver] = append(ratios[x.Solver], x.Seconds/best)
			}
		}
	}
	for i := range p.Curves {
		p.Curves[i].Ratios = ratios[p.Curves[i].Solver]
		slices.Sort(p.Curves[i].Ratios)
	}
	return p
}

// fraction is the height of the curve at factor tau.
func (p *profile) fraction(c curve, tau float64) float64 {
	if p.Instances == 0 {
		return 0
	}
	count, _ := slices.BinarySearchFunc(c.Ratios, tau, func(r, tau float64) int {
		if r <= tau {
			return -1
		}
		return 1
	})
	return float64(count) / float64(p.Instances)
}

func (p *profile) markdown(w io.Writer) {
	fmt.Fprintf(w, "Fraction of %d instances solved to %s within a factor of the fastest:\n\n| solver |", p.Instances, level(p.Tol))
	for _, f := range factors {
		fmt.Fprintf(w, " %g× |", f)
	}
	fmt.Fprintf(w, " ever |\n|---|%s---|\n", strings.Repeat("---|", len(factors)))
	for _, c := range p.Curves {
		fmt.Fprintf(w, "| %s |", c.Solver)
		for _, f := range append(slices.Clone(factors), math.Inf(1)) {
			fmt.Fprintf(w, " %.2f |", p.fraction(c, f))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
}

// svg draws the curves over log₁₀ τ.
func (p *profile) svg() []byte {
	const width, height, left, top = 480.0, 280.0, 50.0, 20.0
	colours := []string{"#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d31"}
	last := factors[len(factors)-1]
	px := func(tau float64) float64 { return left + width*math.Log10(tau)/math.Log10(last) }
	py := func(f float64) float64 { return top + height*(1-f) }
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%g" font-family="sans-serif" font-size="12">`+"\n", left+width+130, top+height+50)
	fmt.Fprintf(&b, `<rect x="%g" y="%g" width="%g" height="%g" fill="none" stroke="#888"/>`+"\n", left, top, width, height)
	for _, f := range factors {
		fmt.Fprintf(&b, `<text x="%.1f" y="%g" text-anchor="middle">%g</text>`+"\n", px(f), top+height+16, f)
	}
	for _, f := range []float64{0, 0.5, 1} {
		fmt.Fprintf(&b, `<text x="%g" y="%.1f" text-anchor="end">%g</text>`+"\n", left-6, py(f)+4, f)
	}
	fmt.Fprintf(&b, `<text x="%g" y="%g" text-anchor="middle">time / fastest time, solved to %s</text>`+"\n", left+width/2, top+height+36, level(p.Tol))
	for i, c := range p.Curves {
		colour := colours[i%len(colours)]
		fmt.Fprintf(&b, `<path fill="none" stroke="%s" stroke-width="2" d="M%.1f %.1f`, colour, px(1), py(p.fraction(c, 1)))
		for _, r := range c.Ratios {
			if r > 1 && r <= last {
				fmt.Fprintf(&b, `H%.1fV%.1f`, px(r), py(p.fraction(c, r)))
			}
		}
		fmt.Fprintf(&b, `H%.1f"/>`+"\n", px(last))
		fmt.Fprintf(&b, `<text x="%g" y="%g" fill="%s">%s</text>`+"\n", left+width+8, top+14+18*float64(i), colour, c.Solver)
	}
	fmt.Fprintln(&b, "</svg>")
	return b.Bytes()
}
