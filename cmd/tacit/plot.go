package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/plot"
)

// drawing is one run of plot.
type drawing struct {
	env         *environment
	kind        string
	out         string
	force       bool
	theme       string
	width       float64
	scale       float64
	coordinates []int
	time        string
	alpha       logScale
	format      string // svg or png
	colours     plot.Theme
}

func newPlot(env *environment) *cobra.Command {
	d := drawing{env: env}
	var list strings.Builder
	for _, k := range plot.Kinds() {
		fmt.Fprintf(&list, "  %-12s %s\n", k.Name, k.Summary)
	}
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "plot DIR --kind K -o FILE.svg|png [FLAGS]",
		Short:                 "draw a figure of a result",
		Long: `Draw a figure of the result in DIR, which a command wrote with -o DIR, as SVG or
PNG. What the picture shows is printed as text, with --json also its numbers, and
both files carry it for those who do not see the picture.

The kinds are

` + list.String() + `
Kinds that need A and b find them as verify does. alpha, l1-l2 and pareto solve
further problems, which takes a while where the first one did.`,
		Example: `  tacit plot out --kind certificate -o certificate.svg
  tacit plot out --kind path -o path.png --theme dark
  tacit plot out --kind alpha --alpha 1e-300 -o alpha.svg`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("%s needs the directory of one result, but got %d arguments", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return d.run(c.Context(), args[0]) },
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&d.kind, "kind", "", "`K` of the figure, see above; without it the kinds that fit are listed")
	f.StringVarP(&d.out, "output", "o", "", "`FILE.svg` or FILE.png to write")
	f.BoolVar(&d.force, "force", false, "replace a file that is already there")
	f.StringVar(&d.theme, "theme", "light", "light or dark")
	f.Float64Var(&d.width, "width", 720, "width in points, 240 to 4000")
	f.Float64Var(&d.scale, "scale", 2, "png: pixels to a point, 0.5 to 8")
	f.IntSliceVar(&d.coordinates, "coordinates", nil, "coordinates to show in front, from 0, as in 3,17,4; default the largest")
	f.StringVar(&d.time, "time", "auto", "horizontal axis of trajectories: auto, linear, log or scaled, t/ln(1/α)")
	f.Var(&d.alpha, "alpha", "kind alpha: the smallest α, of any exponent")
	complete(c, "kind", plot.Names(plot.Kinds())...)
	complete(c, "theme", "light", "dark")
	complete(c, "time", "auto", "linear", "log", "scaled")
	return c
}

// complete offers words for a flag to the completion of the shell.
func complete(c *cobra.Command, flag string, words ...string) {
	err := c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // the flag does not exist: an error of this program
	}
}

func (d *drawing) run(ctx context.Context, dir string) error {
	opt, err := d.options()
	if err != nil {
		return err
	}
	r, err := openResult(d.env, dir)
	if err != nil {
		return err
	}
	if d.kind == "" {
		if err := bare(r); err != nil {
			return err
		}
		return d.whichKind(r)
	}
	if err := d.target(); err != nil {
		return err
	}
	fig, err := await(ctx, func() (*plot.Figure, error) { return plot.Draw(ctx, r, d.kind, opt) })
	if err != nil {
		return d.explain(err)
	}
	return d.finish(fig)
}

// finish writes the figure and says what it shows.
func (d *drawing) finish(fig *plot.Figure) error {
	if err := dataio.WriteFile(d.out, func(w io.Writer) error { return d.write(w, fig) }); err != nil {
		return err
	}
	return d.print(fig)
}

// options understands the flags before anything is read.
func (d *drawing) options() (plot.Options, error) {
	opt := plot.Options{Coordinates: d.coordinates}
	var err error
	if opt.Time, err = plot.ParseTimeScale(d.time); err != nil {
		return opt, usagef("--time: %v", err)
	}
	if d.alpha.set {
		if d.alpha.log > -3 {
			return opt, usagef("--alpha %s: the sweep begins at 0.1 and ends at a smaller α, at most 0.04", d.alpha.text)
		}
		opt.LogAlpha = d.alpha.log
	}
	switch d.theme {
	case "light":
		d.colours = plot.Light()
	case "dark":
		d.colours = plot.Dark()
	default:
		return opt, usagef("--theme %q: it is light or dark", d.theme)
	}
	if !(d.width >= 240 && d.width <= 4000) {
		return opt, usagef("--width %g: it is between 240 and 4000", d.width)
	}
	if !(d.scale >= 0.5 && d.scale <= 8) {
		return opt, usagef("--scale %g: it is between 0.5 and 8", d.scale)
	}
	return opt, nil
}

// target checks the name of the file to write.
func (d *drawing) target() error {
	if d.out == "" {
		return usagef("-o is missing: name the file FILE.svg or FILE.png to write")
	}
	d.format = strings.TrimPrefix(strings.ToLower(filepath.Ext(d.out)), ".")
	if d.format != "svg" && d.format != "png" {
		return usagef("%s: figures are written as FILE.svg or FILE.png", d.out)
	}
	return absentOrForced(d.out, d.force)
}

// absentOrForced refuses to replace a file without permission.
func absentOrForced(path string, force bool) error {
	if _, err := os.Lstat(path); err == nil && !force {
		return usagef("%s is already there; use --force to replace it or choose another name", path)
	}
	return nil
}

// whichKind lists what could be drawn of r.
func (d *drawing) whichKind(r *plot.Result) error {
	e := &exitError{code: exitUsage, err: usagef("--kind is missing: say what to draw of %s", r.Dir)}
	fit := plot.Fitting(r)
	for _, k := range fit {
		e.hints = append(e.hints, "--kind "+k.Name+": "+k.Summary)
	}
	if len(fit) == 0 {
		e.hints = append(e.hints, "no kind fits this result")
	}
	return e
}

// explain turns what package plot says into the terms of this command.
func (d *drawing) explain(err error) error {
	var unknown *plot.UnknownKindError
	var misfit *plot.MisfitError
	switch {
	case errors.As(err, &unknown):
		hints := didYouMean(unknown.Nearest)
		return invalid(err, append(hints, "the kinds are "+strings.Join(plot.Names(plot.Kinds()), ", "))...)
	case errors.As(err, &misfit):
		hint := "no kind fits this result"
		if len(misfit.Fitting) > 0 {
			hint = "kinds that fit: " + strings.Join(misfit.Fitting, ", ")
		}
		return invalid(err, hint)
	}
	return loadError(err)
}

func (d *drawing) write(w io.Writer, f *plot.Figure) error {
	if d.format == "png" {
		return f.WritePNG(w, plot.PNGOptions{Size: plot.Size{Width: d.width}, Theme: d.colours, Scale: d.scale})
	}
	return f.WriteSVG(w, plot.SVGOptions{Size: plot.Size{Width: d.width}, Theme: d.colours})
}

// print says in words what was drawn.
func (d *drawing) print(f *plot.Figure) error {
	if d.env.json {
		o := &object{}
		o.set("schema", "tacit.figure/1")
		o.set("kind", f.Kind)
		o.set("file", d.out)
		o.set("title", f.Title)
		o.set("caption", f.Caption)
		o.set("text", f.Alt)
		o.set("notes", append([]string{}, f.Notes...))
		tables := []*object{}
		for _, t := range f.DataTables() {
			table := &object{}
			table.set("caption", t.Caption)
			table.set("columns", t.Columns)
			table.set("rows", t.Rows)
			tables = append(tables, table)
		}
		o.set("tables", tables)
		return d.env.print(o)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", f.Title)
	for _, s := range append([]string{f.Alt}, f.Notes...) {
		fmt.Fprintf(&b, "  %s\n", s)
	}
	fmt.Fprintf(&b, "\nwritten: %s\n", d.out)
	return d.env.term.result([]byte(b.String()))
}

// openResult opens a directory for figures, with the way to its data.
func openResult(env *environment, dir string) (*plot.Result, error) {
	if isSweep(dir) {
		return openSweep(dir)
	}
	r, err := plot.Open(dir)
	if err != nil {
		return nil, invalid(err)
	}
	r.Problem = func(ctx context.Context) (*dataio.Problem, error) { return problemOf(ctx, env, dir) }
	return r, nil
}

// problemOf reads the A and b that a result names, as verify does.
func problemOf(ctx context.Context, env *environment, dir string) (*dataio.Problem, error) {
	s := &saved{dir: dir}
	if err := s.readResult(); err != nil {
		return nil, invalid(err)
	}
	v := verification{env: env}
	p, checks, err := v.data(ctx, s, nil)
	if err != nil {
		return nil, err
	}
	for _, c := range checks {
		if !c.Pass {
			p.close()
			return nil, invalid(fmt.Errorf("%s: the data have changed since it was computed (%s)", dir, c.Name), "solve again, or restore the files")
		}
	}
	return p.Problem, nil
}
