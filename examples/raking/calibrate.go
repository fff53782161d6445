package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/limit"
)

// sample is the survey: auxiliary variables of the units, their totals over the
// population, and the design weights.
type sample struct {
	aux    tacit.Operator // totals × units
	totals []float64
	design []float64
	api00  []float64
	table  *dataio.File
}

// readSample reads api_strat.csv and api_totals.csv: the totals name the
// auxiliary columns of the sample.
func readSample(dir string) (*sample, error) {
	file := filepath.Join(dir, "api_totals.csv")
	totals, err := dataio.Load(file, dataio.LoadOptions{})
	if err != nil {
		return nil, err
	}
	defer totals.Close()
	s := &sample{}
	if s.totals, err = totals.Vector(""); err != nil {
		return nil, err
	}
	if s.table, err = dataio.Load(filepath.Join(dir, "api_strat.csv"), dataio.LoadOptions{}); err != nil {
		return nil, err
	}
	defer s.table.Close()
	var rows []float64
	for _, name := range totals.Columns {
		column, err := s.column(name)
		if err != nil {
			return nil, err
		}
		rows = append(rows, column...)
	}
	if s.design, err = s.column("weight"); err != nil {
		return nil, err
	}
	if s.api00, err = s.column("api00"); err != nil {
		return nil, err
	}
	s.aux, err = tacit.Dense(len(s.totals), len(s.design), rows)
	return s, err
}

// column returns the named column of the sample.
func (s *sample) column(name string) ([]float64, error) {
	_, column, err := s.table.SplitColumn(name)
	return column, err
}

// distance is a calibration distance (Deville and Särndal 1992).
type distance struct {
	name      string
	geometry  string
	relative  bool
	reference string // column of api_strat.csv
}

var distances = []distance{
	{name: "chi-square", geometry: "chi-square", reference: "ref_chi_square"},                // Σ (w−d)²/d
	{name: "raking", geometry: "entropy", reference: "ref_raking"},                           // Σ w ln(w/d) − w + d
	{name: "logit", geometry: "fermi-dirac:0.7,1.5", relative: true, reference: "ref_logit"}, // 0.7 < w/d < 1.5
}

// calibrate returns the weights that are closest to the design weights among
// those that meet the totals, with their proof.
func (s *sample) calibrate(ctx context.Context, d distance) (*tacit.Answer, error) {
	sel := tacit.Selection{Geometry: d.geometry, Relative: d.relative, X0: s.design}
	ans, err := tacit.Nearest(ctx, s.aux, s.totals, sel, tacit.Options{})
	if err != nil {
		return nil, err
	}
	if ans.Status != limit.Certified {
		return nil, fmt.Errorf("%s: %s: %s", d.name, ans.Status, ans.Reason.Hint)
	}
	return ans, nil
}
