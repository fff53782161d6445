// Command raking calibrates the weights of a real stratified sample of 200
// Californian schools to the known totals of all 6194, under three distances,
// and reports what the calibration did to the weights:
//
//	go run ./examples/raking
//
// README.md says where the data come from and how the tacit command does the
// same.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Stdout, filepath.Join("examples", "raking")); err != nil {
		fmt.Fprintln(os.Stderr, "raking:", err)
		os.Exit(1)
	}
}

// run calibrates the sample in dir and writes the report.
func run(w io.Writer, dir string) error {
	s, err := readSample(dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d schools, %d totals\n\n", len(s.design), len(s.totals))
	fmt.Fprintf(w, "%-11s %8s %8s %8s %8s %8s %8s %9s %9s\n",
		"weights", "w/d min", "5 %", "median", "95 %", "max", "deff", "mean api", "gap")
	report(w, s, "design", s.design, 0)
	for _, d := range distances {
		ans, err := s.calibrate(context.Background(), d)
		if err != nil {
			return err
		}
		report(w, s, d.name, ans.X, ans.Gap)
	}
	fmt.Fprintf(w, "\nThe mean of api00 over all schools is %.2f.\n", populationMean)
	return nil
}

// populationMean is the mean of api00 over the 6194 schools.
const populationMean = 664.71

// report writes a line about weights w: the distribution of w/d, Kish's design
// effect, the weighted mean of api00, and the proven relative gap.
func report(out io.Writer, s *sample, name string, w []float64, gap float64) {
	q := ratios(w, s.design)
	fmt.Fprintf(out, "%-11s %8.4f %8.4f %8.4f %8.4f %8.4f %8.4f %9.2f %9.1e\n", name,
		q.at(0), q.at(0.05), q.at(0.5), q.at(0.95), q.at(1), designEffect(w), mean(s.api00, w), gap)
}
