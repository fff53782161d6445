package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/sweep"
	"github.com/tacit-dev/tacit/sweep/elastic"
)

// tokenVariable holds the token where it should not stand on a command line.
const tokenVariable = "TACIT_TOKEN"

func newSweepServe(env *environment) *cobra.Command {
	s := sweepServe{env: env}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "serve SPEC.toml -o DIR [--addr HOST:PORT | --nats URL]",
		Short:                 "hand out the cells to workers that come and go",
		Long: `Serve a sweep to workers: hand out its cells in batches and collect their rows in
DIR. Workers join with ` + "`tacit sweep work --join URL`" + `, at any time and from any
machine; what a lost worker had is handed out again. The same command after an
interruption goes on, and the workers, who keep trying, with it.

The queue is NATS JetStream: a server inside this process at --addr, or with
--nats one that is already there. It listens on the loopback interface unless
--addr says otherwise; workers then need a token, from ` + tokenVariable + ` or made up and
printed. Use --tls-cert and --tls-key where the network is not yours.`,
		Example: `  tacit sweep serve spec.toml -o out
  TACIT_TOKEN=secret tacit sweep serve spec.toml -o out --addr 0.0.0.0:4222`,
		Args: oneSpecification,
		RunE: func(c *cobra.Command, args []string) error { return s.run(c.Context(), args[0]) },
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVarP(&s.out, "output", "o", "", "the directory `DIR` of the sweep, made if missing, continued if there")
	f.StringVar(&s.listen.Addr, "addr", "127.0.0.1:4222", "listen at `HOST:PORT`")
	f.StringVar(&s.listen.Certificate, "tls-cert", "", "PEM `FILE` of the TLS certificate")
	f.StringVar(&s.listen.Key, "tls-key", "", "PEM `FILE` of its key")
	f.IntVar(&s.batch, "batch", 16, "cells handed out at a time")
	s.remote.add(c, "nats", "use the NATS server or cluster at `URL` instead of one in this process")
	return c
}

// oneSpecification asks for the file of a sweep.
func oneSpecification(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("%s needs one specification, but got %d arguments", c.CommandPath(), len(args))
	}
	return nil
}

// remoteFlags say where a NATS server is and how to be let in.
type remoteFlags struct{ elastic.Remote }

func (r *remoteFlags) add(c *cobra.Command, name, about string) {
	f := c.Flags()
	f.StringVar(&r.URL, name, "", about)
	f.StringVar(&r.Credentials, "creds", "", "NATS user credentials in `FILE`")
	f.StringVar(&r.Authority, "tls-ca", "", "PEM `FILE` of the certificate authority")
}

// sweepServe is one run of sweep serve.
type sweepServe struct {
	env    *environment
	out    string
	listen elastic.Listen
	remote remoteFlags
	batch  int
}

func (s *sweepServe) run(ctx context.Context, path string) error {
	switch {
	case s.out == "":
		return usagef("-o is missing: name the directory of the sweep")
	case s.batch < 1 || s.batch > 1024:
		return usagef("--batch %d: it is a number from 1 to 1024", s.batch)
	case (s.listen.Certificate == "") != (s.listen.Key == ""):
		return usagef("--tls-cert and --tls-key belong together")
	}
	src, spec, err := readSpec(path)
	if err != nil {
		return err
	}
	s.listen.Token = os.Getenv(tokenVariable)
	s.remote.Token = s.listen.Token
	if s.remote.URL == "" && s.listen.Token == "" && s.listen.Open() {
		s.listen.Token = elastic.NewToken()
	}
	show := sweepRun{env: s.env, out: s.out}
	p, err := elastic.Serve(ctx, spec, src, s.out, elastic.Options{
		Listen: s.listen, Remote: s.remote.Remote, Batch: s.batch, Version: version,
		Ready:   s.ready,
		Observe: show.observer(),
		Reject:  func(why string) { s.env.term.note("thrown away: %s", why) },
	})
	s.env.term.done()
	switch {
	case errors.Is(err, context.Canceled):
		return show.stopped(p, err)
	case err != nil:
		return sweepError(err)
	}
	return show.report(spec, sweep.Whole, p)
}

// ready says how to join.
func (s *sweepServe) ready(url string) {
	command := "tacit sweep work --join " + url
	if s.listen.Token != "" && os.Getenv(tokenVariable) == "" {
		command = tokenVariable + "=" + s.listen.Token + " " + command
	}
	s.env.term.note("workers join with: %s", command)
}

func newSweepWork(env *environment) *cobra.Command {
	var remote remoteFlags
	var hash string
	giveUp := duration{d: 10 * time.Minute, text: "10m"}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "work --join URL",
		Short:                 "compute cells for a sweep that is served elsewhere",
		Long: `Join the sweep that is served at URL and compute its cells on all cores until it is
done. The token is taken from ` + tokenVariable + `. A worker may be stopped at any time: its
cells go to others. It waits through interruptions of the server.`,
		Example: `  tacit sweep work --join nats://server:4222`,
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if remote.URL == "" {
				return usagef("--join is missing: name the URL that `tacit sweep serve` printed")
			}
			remote.Token = os.Getenv(tokenVariable)
			return joinSweep(c.Context(), env, elastic.WorkOptions{Remote: remote.Remote, Hash: hash, Version: version, GiveUp: giveUp.d})
		},
	}
	c.Flags().SortFlags = false
	remote.add(c, "join", "the `URL` of the server")
	c.Flags().StringVar(&hash, "hash", "", "which sweep, where several are served: its `HASH`")
	c.Flags().Var(&giveUp, "give-up", "end after so long without an answer from the server")
	return c
}

func joinSweep(ctx context.Context, env *environment, opt elastic.WorkOptions) error {
	opt.Observe = func(n int) { env.term.status(fmt.Sprintf("%d cells computed here", n)) }
	opt.Note = func(what string) { env.term.note("%s", what) }
	defer spaceForSpeed()()
	n, err := elastic.Work(ctx, opt)
	env.term.done()
	var mismatch *elastic.VersionError
	switch {
	case errors.Is(err, context.Canceled):
		return &exitError{code: exitInterrupted, err: fmt.Errorf("stopped after %d cells; what was begun goes to other workers", n)}
	case errors.As(err, &mismatch):
		return invalid(err)
	case err != nil:
		return err
	}
	if env.json {
		o := &object{}
		o.set("schema", "tacit.sweep-work/1")
		o.set("cells", n)
		return env.print(o)
	}
	return env.term.result([]byte(fmt.Sprintf("done: %d cells were computed here\n", n)))
}
