//go:build mpi && (linux || darwin || freebsd)

package mpi

import (
	"fmt"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// What the model of docs/scaling.md rests on. Ranks have to make the same number of
// rounds, so that it is given:
//
//	CGO_ENABLED=0 go test -tags mpi -c -o mpi.test ./internal/mpi
//	mpirun -n 2 ./mpi.test -test.run xxx -test.bench . -test.benchtime 2000x
func BenchmarkMessages(b *testing.B) {
	w, err := Open()
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	for _, length := range []int{3, 2000, 100_000, 1_000_000} {
		if w.Size() < 2 {
			break
		}
		// There and back between the ranks 0 and 1.
		b.Run(fmt.Sprint("roundtrip/", length), func(b *testing.B) {
			b.SetBytes(16 * int64(length))
			v := make([]float64, length)
			for range b.N {
				switch w.Rank() {
				case 0:
					w.Send(1, v)
					w.Recv(1, v)
				case 1:
					w.Recv(0, v)
					w.Send(0, v)
				}
			}
		})
	}
	for _, n := range []int{3, 2000, 100_000} {
		// A product A Aᵀv of a matrix so thin that it takes no time: the command and v
		// go out, n-vectors are added up.
		b.Run(fmt.Sprint("product/", n), func(b *testing.B) {
			edges, err := linop.Share(16, w.Rank(), w.Size())
			if err != nil {
				b.Fatal(err)
			}
			var parts []linop.Operator
			for range len(edges) - 1 {
				parts = append(parts, linop.NewDense(n, 1, make([]float64, n)))
			}
			s, err := linop.NewShard(w, n, 16, parts)
			if err != nil {
				b.Fatal(err)
			}
			if w.Rank() > 0 {
				s.Serve()
				return
			}
			v, dst := make([]float64, n), make([]float64, n)
			b.ResetTimer()
			for range b.N {
				s.NormalMul(dst, nil, v)
			}
			b.StopTimer()
			s.Close()
		})
	}
}
