package main

import (
	"fmt"
	"math"
)

// table collects the runs at one α.
type table struct{ rows []row }

type row struct {
	solver, tol  string
	seconds      float64
	along, final float64
	note, failed string
}

func (t *table) add(solver, tol string, r, ref *trajectory) {
	out := row{solver: solver, tol: tol, seconds: r.seconds, note: r.note, failed: r.failed, along: math.NaN(), final: math.NaN()}
	if ref != nil && r.failed == "" {
		out.along = 0
		for i, x := range r.x {
			out.final = distance(x, ref.x[i])
			out.along = max(out.along, out.final)
		}
	}
	t.rows = append(t.rows, out)
}

func distance(x, y []float64) float64 {
	var diff, size float64
	for i, v := range y {
		diff, size = math.Hypot(diff, x[i]-v), math.Hypot(size, v)
	}
	return diff / size
}

// print prints all runs, and the solvers at the loosest tolerance that keeps
// the error.
func (t *table) print(target float64) {
	fmt.Printf("  %-22s %-7s %9s %11s %11s\n", "", "rtol", "seconds", "error along", "at the end")
	best := map[string]row{}
	var names []string
	for _, r := range t.rows {
		if r.failed != "" {
			fmt.Printf("  %-22s %-7s %9s %s\n", r.solver, r.tol, "—", r.failed)
			continue
		}
		fmt.Printf("  %-22s %-7s %9.3f %11.1e %11.1e  %s\n", r.solver, r.tol, r.seconds, r.along, r.final, r.note)
		old, seen := best[r.solver]
		if r.along <= target && (!seen || r.seconds < old.seconds) {
			if !seen {
				names = append(names, r.solver)
			}
			best[r.solver] = r
		}
	}
	own, ok := best["tacit, ν"]
	if !ok {
		return
	}
	fmt.Printf("  at an error of at most %.0e along the trajectory:\n", target)
	for _, name := range names {
		r := best[name]
		fmt.Printf("    %-22s %8.3f s  %6.1f times tacit\n", name, r.seconds, r.seconds/own.seconds)
	}
}
