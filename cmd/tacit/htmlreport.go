package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/plot"
	"github.com/tacit-dev/tacit/report"
)

// pageRun is one run of report.
type pageRun struct {
	env   *environment
	out   string
	force bool
	kinds []string
}

func newReport(env *environment) *cobra.Command {
	p := pageRun{env: env}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "report DIR... -o FILE.html [FLAGS]",
		Short:                 "one HTML file about one or more results",
		Long: `Write one self-contained HTML file about the results in the given directories:
what was asked, what was found, how far it is proven (each certificate is checked
again from the data, as verify does), and figures. The file loads nothing from
anywhere and is complete without scripts; with them, curves can be read off,
hidden, enlarged and put on other scales.

Without --figures every kind is drawn that fits and that needs no further problem
solved; "all" draws those too, "none" draws none. A figure that cannot be drawn is
named in the report with the reason.`,
		Example: `  tacit report out -o report.html
  tacit report run1 run2 run3 -o compare.html --figures path,certificate`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s needs the directory of a result, or several", c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return p.run(c.Context(), args) },
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVarP(&p.out, "output", "o", "", "`FILE.html` to write")
	f.BoolVar(&p.force, "force", false, "replace a file that is already there")
	f.StringSliceVar(&p.kinds, "figures", nil, "kinds to draw, as `K,K`; all or none")
	complete(c, "figures", append(plot.Names(plot.Kinds()), "all", "none")...)
	return c
}

func (p *pageRun) run(ctx context.Context, dirs []string) error {
	if p.out == "" {
		return usagef("-o is missing: name the file FILE.html to write")
	}
	if ext := strings.ToLower(filepath.Ext(p.out)); ext != ".html" && ext != ".htm" {
		return usagef("%s: a report is written as FILE.html", p.out)
	}
	if err := p.known(); err != nil {
		return err
	}
	if err := absentOrForced(p.out, p.force); err != nil {
		return err
	}
	sections := make([]report.Section, len(dirs))
	for k, dir := range dirs {
		var err error
		if sections[k], err = p.section(ctx, dir); err != nil {
			return err
		}
		sections[k].Name = nameOf(dir, dirs)
	}
	compare, err := p.compare(sections)
	if err != nil {
		return invalid(err)
	}
	if err := dataio.WriteFile(p.out, func(w io.Writer) error { return report.Write(w, sections, compare) }); err != nil {
		return err
	}
	return p.print(sections)
}

// compare draws what several results have in common; nil if there is nothing.
func (p *pageRun) compare(sections []report.Section) (*plot.Figure, error) {
	if slices.Contains(p.kinds, "none") {
		return nil, nil
	}
	results, names := make([]*plot.Result, len(sections)), make([]string, len(sections))
	for k, s := range sections {
		results[k], names[k] = s.Result, s.Name
	}
	return plot.Compare(results, names)
}

// nameOf is the last part of a directory's path, or all of it if others end
// alike.
func nameOf(dir string, dirs []string) string {
	base := filepath.Base(filepath.Clean(dir))
	alike := 0
	for _, d := range dirs {
		if filepath.Base(filepath.Clean(d)) == base {
			alike++
		}
	}
	if alike > 1 {
		return dir
	}
	return base
}

// known refuses kinds that do not exist.
func (p *pageRun) known() error {
	names := plot.Names(plot.Kinds())
	for _, k := range p.kinds {
		if k != "all" && k != "none" && !slices.Contains(names, k) {
			_, err := plot.Draw(context.Background(), nil, k, plot.Options{})
			return (&drawing{}).explain(err)
		}
	}
	return nil
}

// section reads, verifies and draws one result.
func (p *pageRun) section(ctx context.Context, dir string) (report.Section, error) {
	var s report.Section
	r, err := openResult(p.env, dir)
	if err != nil {
		return s, err
	}
	if err := bare(r); err != nil {
		return s, err
	}
	s.Result = r
	if err := p.verify(ctx, dir, &s); err != nil {
		return s, err
	}
	for _, k := range plot.Kinds() {
		if !p.wants(k) || k.Fits(r) != nil {
			continue
		}
		f, err := await(ctx, func() (*plot.Figure, error) { return plot.Draw(ctx, r, k.Name, plot.Options{}) })
		switch {
		case ctx.Err() != nil:
			return s, stopped(ctx)
		case err != nil:
			s.Missing = append(s.Missing, fmt.Sprintf("%s: %v", k.Name, err))
			p.env.term.note("%s: no figure %s: %v", dir, k.Name, err)
		default:
			s.Figures = append(s.Figures, f)
		}
	}
	return s, nil
}

// wants reports whether a kind was asked for.
func (p *pageRun) wants(k plot.Kind) bool {
	switch {
	case slices.Contains(p.kinds, "none"):
		return false
	case slices.Contains(p.kinds, "all"):
		return true
	case len(p.kinds) == 0:
		return !k.Costly
	}
	return slices.Contains(p.kinds, k.Name)
}

// verify checks the certificate of dir. That there is none, or that the data are
// gone, is said in the report; it is no error of the report.
func (p *pageRun) verify(ctx context.Context, dir string, s *report.Section) error {
	if _, err := os.Stat(filepath.Join(dir, certificateName)); errors.Is(err, fs.ErrNotExist) {
		s.Why = "the result has no certificate"
		return nil
	}
	v := verification{env: p.env, indexBase: 1}
	verdict, cert, err := v.check(ctx, dir, nil)
	switch {
	case ctx.Err() != nil:
		return stopped(ctx)
	case err != nil:
		s.Why = strings.TrimSuffix(err.Error(), ".")
		p.env.term.note("%s: not verified: %v", dir, err)
	default:
		s.Verdict, s.Claim = &verdict, claimText(cert)+extentText(cert)
	}
	return nil
}

// print says what the report holds.
func (p *pageRun) print(sections []report.Section) error {
	if p.env.json {
		o := &object{}
		o.set("schema", "tacit.report/1")
		o.set("file", p.out)
		list := []*object{}
		for _, s := range sections {
			d := &object{}
			d.set("dir", s.Result.Dir)
			d.set("status", s.Result.Status)
			if s.Verdict == nil {
				d.absent("valid", s.Why)
			} else {
				d.set("valid", s.Verdict.Valid)
			}
			kinds := []string{}
			for _, f := range s.Figures {
				kinds = append(kinds, f.Kind)
			}
			d.set("figures", kinds)
			list = append(list, d)
		}
		o.set("results", list)
		return p.env.print(o)
	}
	var b strings.Builder
	for _, s := range sections {
		proof := "not verified: " + s.Why
		if s.Verdict != nil {
			proof = fmt.Sprintf("%d of %d checks pass", len(s.Verdict.Checks)-len(s.Verdict.Failed()), len(s.Verdict.Checks))
		}
		fmt.Fprintf(&b, "%s: %s, %s, %d figures\n", s.Result.Dir, s.Result.Status, proof, len(s.Figures))
	}
	fmt.Fprintf(&b, "\nwritten: %s\n", p.out)
	return p.env.term.result([]byte(b.String()))
}
