package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/lab"
)

func newLab(env *environment) *cobra.Command {
	l := labRun{env: env}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "lab [FILE [b]] [FLAGS]",
		Short:                 "the theory as pages to look at and to touch, in the browser",
		Long: `Serve the lab: pages that show what the lecture states, computed by the same engine
as every other command, each with the command line that reproduces it. Open the
address that is printed; Ctrl-C ends it. Nothing is fetched from a network.

FILE, or the files of A and b, are data that pages can use: any format that the
commands read.

It listens on the loopback interface unless --addr says otherwise; other machines
then need a token, from ` + tokenVariable + ` or made up, which is part of the printed link.
--read-only refuses uploads and solves: for a class.

--export DIR writes the lab as a site for any web server instead, whose pages compute
in the browser; it needs a binary from ` + "`make build`" + `, which holds the engine.`,
		Example: `  tacit lab
  tacit lab problem.npz
  tacit lab --addr 0.0.0.0:7878 --read-only
  tacit lab --export site`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 2 {
				return usagef("%s takes at most the files of A and b, but got %d arguments; the third is %q", c.CommandPath(), len(args), args[2])
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return l.run(c.Context(), args) },
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&l.addr, "addr", "127.0.0.1:7878", "listen at `HOST:PORT`; port 0 takes a free one")
	f.StringSliceVar(&l.hosts, "host", nil, "a further `NAME` by which browsers reach the server")
	f.BoolVar(&l.readOnly, "read-only", false, "refuse uploads and solves")
	f.StringVar(&l.export, "export", "", "write a static site into `DIR` and end")
	f.BoolVar(&l.force, "force", false, "replace a site that is already in DIR")
	f.BoolVar(&l.reading.Transpose, "transpose", false, "the file of A holds Aᵀ")
	f.StringVar(&l.reading.Label, "label", "", "the column of a table with this `NAME` is b")
	f.IntVar(&l.indexBase, "index-base", 1, "first column index in LIBSVM files: 0 or 1")
	return c
}

// labRun is one run of lab.
type labRun struct {
	env       *environment
	addr      string
	hosts     []string
	readOnly  bool
	reading   lab.Reading
	indexBase int
	export    string
	force     bool
}

func (l *labRun) run(ctx context.Context, paths []string) error {
	if _, _, err := net.SplitHostPort(l.addr); err != nil {
		return usagef("--addr %s: it has to be HOST:PORT, for example 127.0.0.1:7878", l.addr)
	}
	if l.indexBase != 0 && l.indexBase != 1 {
		return usagef("--index-base %d: it is 0 or 1", l.indexBase)
	}
	l.reading.ZeroBased = l.indexBase == 0
	files, err := l.files(paths)
	if err != nil {
		return err
	}
	if l.export != "" {
		return l.site(ctx)
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
	defer func() { _ = listener.Close() }() // the server has closed it, or could not be made
	cfg := lab.Config{
		Version: version, Token: os.Getenv(tokenVariable), Open: lab.Open(listener.Addr()),
		Hosts: l.hosts, ReadOnly: l.readOnly,
		Command: sandboxed, Files: files, Reading: l.reading,
		Log: func(line string) { l.env.term.note("%s", line) },
	}
	if cfg.Open && cfg.Token == "" {
		cfg.Token = lab.NewToken()
	}
	server, err := lab.New(cfg)
	if err != nil {
		return invalid(err)
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

// site writes the lab as files.
func (l *labRun) site(ctx context.Context) error {
	site, err := lab.Export(ctx, l.export, lab.Config{Version: version}, l.force)
	var exists *dataio.ExistsError
	switch {
	case errors.Is(err, lab.ErrNoEngine):
		return &exitError{code: exitInternal, err: err, hints: []string{"`make build` in the source makes one that can: it compiles the pages to WebAssembly first"}}
	case errors.As(err, &exists):
		return invalid(err)
	case errors.Is(err, context.Canceled):
		return &exitError{code: exitInterrupted, err: errors.New("stopped; the site is not whole: it has no index.html, or an earlier one")}
	case err != nil:
		return err
	}
	if l.env.json {
		o := &object{}
		o.set("schema", "tacit.lab-site/1")
		o.set("dir", l.export)
		o.set("pages", site.Pages)
		o.set("engine_bytes", site.Engine)
		o.set("bytes", site.Total)
		return l.env.print(o)
	}
	return l.env.term.result([]byte(fmt.Sprintf("%d pages are in %s: %.1f MB, of which the engine, sent once, is %.1f MB\n\nnext: hand the directory out with any web server; a browser does not run it from a disk\n",
		site.Pages, l.export, float64(site.Total)/1e6, float64(site.Engine)/1e6)))
}

// files reads the data of the command line.
func (l *labRun) files(paths []string) ([]lab.File, error) {
	var files []lab.File
	for _, path := range paths {
		opt := l.env.loadOptions()
		content, err := opt.ReadFile(path)
		if err != nil {
			return nil, invalid(&dataio.ReadError{File: path, Err: err})
		}
		if strings.HasPrefix(path, "-") {
			path = "./" + path // not a flag of the commands that are shown
		}
		files = append(files, lab.File{Name: path, Content: content})
	}
	return files, nil
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
