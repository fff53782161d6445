// Command bench solves the benchmark families with tacit and with the peers
// that are installed, judges every answer by the same code, and writes a table,
// a performance profile and all numbers as JSON.
//
//	go run ./bench -families B1,B3 -reps 5 -peers all -o bench/out
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/tacit-dev/tacit/internal/instance"
)

type config struct {
	families, peers []string
	seeds, reps     int
	limit           time.Duration
	tacit, extras   bool
	python, out     string
	log             io.Writer
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == memoryChild {
		exit(measureMemory(os.Args[2]))
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	c, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		err = c.main(ctx)
	}
	exit(err)
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func parse(args []string) (*config, error) {
	c := &config{log: os.Stderr}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	families := f.String("families", "all", "families, comma-separated")
	peers := f.String("peers", "all", "peers, comma-separated: all, none, "+strings.Join(peerNames, ", "))
	f.IntVar(&c.seeds, "seeds", 1, "instances of each family, seeds 1, 2, …")
	f.IntVar(&c.reps, "reps", 5, "rounds; the best time counts")
	f.DurationVar(&c.limit, "limit", time.Minute, "time limit for one solve")
	f.BoolVar(&c.tacit, "tacit", true, "run tacit")
	f.BoolVar(&c.extras, "extras", true, "measure the scaling of dense products and the memory of tacit")
	f.StringVar(&c.python, "python", "/usr/bin/python3", "interpreter that has the peers")
	f.StringVar(&c.out, "o", "bench/out", "directory for the results")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	var all []string
	for _, s := range instance.Families() {
		all = append(all, s.ID)
	}
	var err error
	if c.families, err = pick("family", *families, all); err != nil {
		return nil, err
	}
	if c.peers, err = pick("peer", *peers, peerNames); err != nil {
		return nil, err
	}
	if c.reps < 1 || c.seeds < 1 || c.limit <= 0 {
		return nil, fmt.Errorf("-reps, -seeds and -limit must be positive")
	}
	return c, nil
}

// pick resolves a comma-separated choice.
func pick(kind, text string, all []string) ([]string, error) {
	switch text {
	case "all":
		return all, nil
	case "none":
		return nil, nil
	}
	chosen := strings.Split(text, ",")
	for _, s := range chosen {
		if !slices.Contains(all, s) {
			return nil, fmt.Errorf("unknown %s %q; choose all, none or some of %s", kind, s, strings.Join(all, ","))
		}
	}
	return chosen, nil
}

// main runs everything. What was measured before an interruption is written.
func (c *config) main(ctx context.Context) error {
	if err := os.MkdirAll(c.out, 0o755); err != nil {
		return err
	}
	rep := newReport(c)
	var stopped error
	for _, family := range c.families {
		for seed := range uint64(c.seeds) {
			runs, info, err := c.solveFamily(ctx, family, seed+1)
			rep.add(runs, info)
			if err != nil {
				stopped = err
				break
			}
		}
		if stopped != nil {
			break
		}
	}
	var scaleErr, memoryErr error
	if stopped == nil && c.extras {
		rep.Scaling, scaleErr = scaling()
		rep.Memory, memoryErr = c.memory(ctx)
	}
	return errors.Join(stopped, scaleErr, memoryErr, rep.write(c.out))
}
