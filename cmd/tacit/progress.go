package main

import (
	"fmt"
	"time"

	"github.com/tacit-dev/tacit/limit"
)

// quietStart is how long a solve may take before a status line appears: most
// are over by then.
const quietStart = 500 * time.Millisecond

// observer returns what listens to a solve: with -v a line a step, on a
// terminal a status line, else nothing.
func (env *environment) observer() func(limit.Progress) {
	switch {
	case env.box != nil:
		return func(p limit.Progress) { env.box.progress(progressLine(p)) }
	case env.term.quiet:
		return nil
	case env.verbose:
		return func(p limit.Progress) { env.term.line(progressLine(p)) }
	case env.term.display:
		start, last := time.Now(), time.Time{}
		return func(p limit.Progress) {
			now := time.Now()
			if now.Sub(start) < quietStart || now.Sub(last) < quietStart/5 {
				return
			}
			last = now
			env.term.status(progressLine(p))
		}
	}
	return nil
}

func progressLine(p limit.Progress) string {
	return fmt.Sprintf("%s: step %d, gap %.1e, residual %.1e", p.Lane, p.Step, p.Gap, p.Residual)
}
