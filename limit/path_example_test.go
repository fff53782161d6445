package limit_test

import (
	"context"
	"fmt"
	"log"
	"math/big"

	"github.com/tacit-dev/tacit/limit"
	"github.com/tacit-dev/tacit/linop"
)

// The first coordinate is switched on, then dropped for a better one.
func ExamplePath() {
	a := linop.NewDense(2, 4, []float64{
		1, .5, .7, 0,
		.5, 1, .1, .7,
	})
	p := limit.Problem{A: a, B: []float64{1, 0}}
	path, err := limit.Path(context.Background(), p, limit.PathOptions{})
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range path.Events {
		fmt.Printf("τ = %.4f: x on %v is %.4f, optimum at least %.4f\n", e.Tau, e.X.Index, e.X.Value, e.Bound)
	}
	fmt.Println(path.Status)
	// Output:
	// τ = 1.0000: x on [0] is [0.8000], optimum at least 1.0000
	// τ = 4.0000: x on [2] is [1.4000], optimum at least 1.6000
	// τ = 5.6327: x on [2 3] is [1.4286 -0.2041], optimum at least 1.6327
	// certified
}

func ExamplePathRational() {
	row := func(numbers ...string) (out []*big.Rat) {
		for _, s := range numbers {
			v, _ := new(big.Rat).SetString(s)
			out = append(out, v)
		}
		return out
	}
	p := limit.RationalProblem{
		A: [][]*big.Rat{row("1", "1/2", "7/10", "0"), row("1/2", "1", "0.1", "0.7")},
		B: row("1", "0"),
	}
	path, err := limit.PathRational(context.Background(), p, 0)
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range path.Events {
		fmt.Println(e.Tau.RatString(), e.X, e.Bound.RatString())
	}
	// Output:
	// 1 map[0:4/5] 1
	// 4 map[2:7/5] 8/5
	// 276/49 map[2:10/7 3:-10/49] 80/49
}
