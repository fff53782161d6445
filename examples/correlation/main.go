// Command correlation asks what the correlations of five numbers about Californian
// schools become if one of them is changed and nothing else is known: the positive
// definite matrix with unit diagonal and the given entry that is nearest to the
// sample's, in two geometries.
//
//	go run ./examples/correlation
//
// README.md says what it shows.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	if err := run(context.Background(), os.Stdout, filepath.Join("examples", "raking", "api_strat.csv")); err != nil {
		fmt.Fprintln(os.Stderr, "correlation:", err)
		os.Exit(1)
	}
}

// run reads the sample and writes the tables.
func run(ctx context.Context, w io.Writer, file string) error {
	sample, err := readCorrelations(file)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "correlations of the sample\n")
	sample.write(w)
	for _, geometry := range []string{"logdet", "von-neumann"} {
		c, gap, err := sample.with(ctx, geometry, "api00", "meals", stressed)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "\napi00 and meals at %g, nearest in %s (gap %.0e proven)\n", stressed, geometry, gap)
		c.write(w)
	}
	return nil
}

// stressed is the correlation that is asked for.
const stressed = -0.3
