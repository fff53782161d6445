package sweep

import (
	"context"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/limit"
)

// The algorithm recovery records the success that l1 records, cell by cell over the
// whole phase diagram, for either problem and also where b has noise, where columns
// repeat, and where more is planted than there are rows.
func TestRecoveryRecordsTheSuccessOfL1(t *testing.T) {
	trials := "trials = 2\n"
	if testing.Short() {
		trials = ""
	}
	decided, cells := 0, 0
	for name, spec := range map[string]string{
		"nonneg":  "[fixed]\nm = 60\nnonneg = true\n[axes]\ndelta = { from = 0.05, to = 1.0, points = 20 }\nrho = { from = 0.05, to = 1.0, points = 20 }",
		"signed":  "[fixed]\nm = 60\n[axes]\ndelta = { from = 0.05, to = 1.0, points = 20 }\nrho = { from = 0.05, to = 1.0, points = 20 }",
		"noise":   "success = 0.05\n[fixed]\nm = 40\nn = 20\nnoise = 1e-3\n[axes]\nk = [1, 5, 10]\nnonneg = [true, false]",
		"loose":   "tol = 1e-3\nsuccess = 0.1\n[fixed]\nm = 40\nn = 20\n[axes]\nk = [4, 6, 8, 10, 12]\nnonneg = [true, false]",
		"range":   "[fixed]\nm = 40\nn = 20\nrange = 1e6\n[axes]\nk = [4, 6, 8, 10, 12, 14]\nnonneg = [true, false]",
		"ternary": "[fixed]\nm = 40\nn = 10\nensemble = 'ternary'\n[axes]\nk = { from = 1, to = 10, points = 10 }\nnonneg = [true, false]",
		"sparse":  "[fixed]\nm = 40\nn = 20\nensemble = 'sparse'\nnnz = 2\n[axes]\nk = { from = 1, to = 20, points = 20 }\nnonneg = [true, false]",
		"bumps":   "[fixed]\nm = 60\nn = 30\nensemble = 'bumps'\nwidth = 0.02\ngap = 0.02\n[axes]\nk = [1, 3, 10]\nnonneg = [true, false]",
		"dct":     "[fixed]\nm = 64\nn = 32\nensemble = 'dct'\n[axes]\nk = { from = 1, to = 31, points = 16 }\nnonneg = [true, false]",
		"many":    "[fixed]\nm = 40\nn = 10\n[axes]\nk = [11, 20, 40]\nnonneg = [true, false]",
	} {
		t.Run(name, func(t *testing.T) {
			s := parse(t, trials+spec)
			for i := range s.Cells() {
				c := s.Cell(i)
				full := s.Run(context.Background(), c)
				c.Algorithm = AlgorithmRecovery
				got := s.Run(context.Background(), c)
				cells++
				if !strings.Contains(got.Route, ">") {
					decided++
				}
				if full.Success == nil || full.Status != string(limit.Certified) {
					if full.Status != got.Status && got.Status != string(limit.Certified) {
						t.Errorf("cell %d: status %s, of l1 %s", i, got.Status, full.Status)
					}
					continue
				}
				if got.Success == nil || *got.Success != *full.Success || got.Status != full.Status {
					t.Fatalf("cell %d (n=%d k=%d nonneg=%v): %+v\nof l1: success %v, error %v, objective %v", i, c.Instance.N, c.Instance.K, c.Instance.Nonneg, got, *full.Success, *full.Error, *full.Objective)
				}
				// What is recorded is a bound of what l1 finds.
				const room = 1e-9
				if *got.Objective < *full.Objective*(1-room) || got.Bound != nil && *got.Bound > *full.Objective*(1+room) {
					t.Errorf("cell %d: objective %v, bound %v, the least is %v", i, *got.Objective, got.Bound, *full.Objective)
				}
			}
		})
	}
	t.Logf("%d of %d decided without the minimiser", decided, cells)
}
