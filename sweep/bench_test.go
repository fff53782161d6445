package sweep

import (
	"context"
	"testing"
)

// BenchmarkCells runs cells spread over the phase diagram at m = 200, one after
// another on one thread.
func BenchmarkCells(b *testing.B) {
	s, err := Parse([]byte("[fixed]\nm = 200\nnonneg = true\n[axes]\ndelta = { from = 0.025, to = 1.0, points = 40 }\nrho = { from = 0.025, to = 1.0, points = 40 }"))
	if err != nil {
		b.Fatal(err)
	}
	for i := range b.N {
		s.Run(context.Background(), s.Cell(i*611%s.Cells()))
	}
}

// BenchmarkGenerate is the part of BenchmarkCells that makes the instances.
func BenchmarkGenerate(b *testing.B) {
	s, err := Parse([]byte("[fixed]\nm = 200\nnonneg = true\n[axes]\ndelta = { from = 0.025, to = 1.0, points = 40 }\nrho = { from = 0.025, to = 1.0, points = 40 }"))
	if err != nil {
		b.Fatal(err)
	}
	for i := range b.N {
		if _, err := s.Cell(i * 611 % s.Cells()).Instance.Generate(); err != nil {
			b.Fatal(err)
		}
	}
}
