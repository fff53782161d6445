package sweep

import (
	"context"
	"testing"
)

// diagramSpec is a phase diagram at m = 200.
func diagramSpec(b *testing.B, algorithm, nonneg string) *Spec {
	b.Helper()
	s, err := Parse([]byte("[fixed]\nalgorithm = '" + algorithm + "'\nm = 200\nnonneg = " + nonneg +
		"\n[axes]\ndelta = { from = 0.025, to = 1.0, points = 40 }\nrho = { from = 0.025, to = 1.0, points = 40 }"))
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkCells runs cells spread over the phase diagram at m = 200, one after
// another on one thread.
func BenchmarkCells(b *testing.B) {
	for _, c := range []struct{ name, algorithm, nonneg string }{
		{"l1", AlgorithmL1, "true"}, {"recovery", AlgorithmRecovery, "true"},
		{"l1 signed", AlgorithmL1, "false"}, {"recovery signed", AlgorithmRecovery, "false"},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := diagramSpec(b, c.algorithm, c.nonneg)
			for i := range b.N {
				s.Run(context.Background(), s.Cell(i*611%s.Cells()))
			}
		})
	}
}

// BenchmarkGenerate is the part of BenchmarkCells that makes the instances.
func BenchmarkGenerate(b *testing.B) {
	s := diagramSpec(b, AlgorithmL1, "true")
	for i := range b.N {
		if _, err := s.Cell(i * 611 % s.Cells()).Instance.Generate(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEngine is what a cell costs beside its computation: cells of two
// unknowns, with journal and table.
func BenchmarkEngine(b *testing.B) {
	src := []byte("trials = 5000\n[fixed]\nalgorithm = 'recovery'\nm = 2\nn = 1\nk = 1\nnonneg = true\n[axes]\nrange = [1, 2]")
	s, err := Parse(src)
	if err != nil {
		b.Fatal(err)
	}
	for range b.N {
		if _, err := Execute(context.Background(), s, src, b.TempDir(), Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*s.Cells()), "µs/cell")
}
