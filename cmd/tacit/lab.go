package main

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/lab"
)

func newLab(env *environment) *cobra.Command {
	l := labRun{env: env}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "lab [FLAGS]",
		Short:                 "the theory as pages to look at and to touch, in the browser",
		Long: `Serve the lab: pages that show what the lecture states, computed by the same engine
as every other command, each with the command line that reproduces it. Open the
address that is printed; Ctrl-C ends it. Nothing is fetched from a network.

It listens on the loopback interface unless --addr says otherwise; other machines
then need a token, from ` + tokenVariable + ` or made up, which is part of the printed link.
--read-only refuses uploads and solves: for a class.`,
		Example: `  tacit lab
  tacit lab --addr 0.0.0.0:7878 --read-only`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return l.run(c.Context()) },
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&l.addr, "addr", "127.0.0.1:7878", "listen at `HOST:PORT`; port 0 takes a free one")
	f.StringSliceVar(&l.hosts, "host", nil, "a further `NAME` by which browsers reach the server")
	f.BoolVar(&l.readOnly, "read-only", false, "refuse uploads and solves")
	return c
}

// labRun is one run of lab.
type labRun struct {
	env      *environment
	addr     string
	hosts    []string
	readOnly bool
}

func (l *labRun) run(ctx context.Context) error {
	if _, _, err := net.SplitHostPort(l.addr); err != nil {
		return usagef("--addr %s: it has to be HOST:PORT, for example 127.0.0.1:7878", l.addr)
	}
	listener, err := lab.Listen(l.addr)
	var taken *lab.PortError
	if errors.As(err, &taken) {
		e := &exitError{code: exitInternal, err: err}
		if taken.Free != "" {
			e.hints = append(e.hints, "this one is free: tacit lab --addr "+taken.Free)
		}
		return e
	}
	if err != nil {
		return err
	}
	defer listener.Close()
	cfg := lab.Config{
		Version: version, Token: os.Getenv(tokenVariable), Open: lab.Open(listener.Addr()),
		Hosts: l.hosts, ReadOnly: l.readOnly,
		Log: func(line string) { l.env.term.note("%s", line) },
	}
	if cfg.Open && cfg.Token == "" {
		cfg.Token = lab.NewToken()
	}
	server, err := lab.New(cfg)
	if err != nil {
		return err
	}
	if err := l.ready(listener.Addr(), cfg.Token); err != nil {
		return err
	}
	if err := server.Serve(ctx, listener); err != nil {
		return err
	}
	l.env.term.note("the lab is closed")
	return nil
}

// ready says where the lab is. The address is the command's result: scripts read it.
func (l *labRun) ready(at net.Addr, token string) error {
	link := "http://" + reachable(at) + "/"
	if token != "" {
		link += "?token=" + token
	}
	if l.env.json {
		o := &object{}
		o.set("schema", "tacit.lab/1")
		o.set("url", link)
		o.set("token", token)
		o.set("read_only", l.readOnly)
		return l.env.print(o)
	}
	text := "the lab is at " + link + "\n"
	if lab.Open(at) {
		text = "the lab is open to other machines at " + link + "\n"
	}
	if err := l.env.term.result([]byte(text)); err != nil {
		return err
	}
	l.env.term.note("Ctrl-C ends it")
	return nil
}

// reachable is the address as it can be opened: that of every interface becomes
// the machine's name.
func reachable(at net.Addr) string {
	addr, err := netip.ParseAddrPort(at.String())
	if err != nil || !addr.Addr().IsUnspecified() {
		return at.String()
	}
	name, err := os.Hostname()
	if err != nil {
		name = "localhost"
	}
	return net.JoinHostPort(name, strconv.Itoa(int(addr.Port())))
}
