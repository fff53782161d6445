package tacit

import (
	"context"
	"errors"
)

// SolveAt is wired when limit.L1AtAlpha exists.
func SolveAt(ctx context.Context, p Problem, logAlpha float64, opt Options) (ans *Answer, err error) {
	return nil, errors.New("not wired")
}
