package page

import (
	"context"
	"fmt"
	"testing"
)

// BenchmarkView is a move of a handle: a page computed, drawn and encoded.
func BenchmarkView(b *testing.B) {
	for _, id := range []string{"flow", "simplex", "alpha", "margin"} {
		p := ByID(id)
		b.Run(id, func(b *testing.B) {
			b.ReportAllocs()
			for k := range b.N {
				v, err := p.Compute(context.Background(), Input{State: State{"x": fmt.Sprintf("%.3f", 0.1+float64(k%100)/100)}})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := Render(v, UsualWidth).JSON(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
