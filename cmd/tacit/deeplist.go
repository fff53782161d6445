package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/tacit-dev/tacit"
	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/landscape"
)

// autoChecked and autoSize bound what --check auto compares: so many points, of
// networks with so many parameters at most.
const (
	autoChecked = 64
	autoSize    = 400
)

// shownPoints is how many points the text lists.
const shownPoints = 20

// enumerate lists the critical points.
func (d *deep) enumerate(out *dataio.OutputDir) error {
	if out != nil && d.save {
		if err := d.savePoints(out); err != nil {
			return err
		}
	}
	var err error
	if d.env.json || out != nil {
		err = d.output(out, d.document, d.text)
	} else {
		err = d.env.term.result([]byte(d.text()))
	}
	if err != nil {
		return err
	}
	if d.stopped != nil {
		return silent(statusCode(endStatus(d.ctx)))
	}
	if d.disagreed > 0 {
		return &exitError{code: exitTrouble, err: fmt.Errorf("at %d of the points the count differs from the Hessian's eigenvalues: the data may be too badly scaled to tell zero eigenvalues", d.disagreed)}
	}
	return nil
}

// each calls fn for the points to list, with their number and whether the count
// was compared with eigenvalues and agrees (nil: not compared).
func (d *deep) each(fn func(k int, p landscape.Critical, agrees *bool) error) error {
	d.listed, d.disagreed, d.stopped = 0, 0, nil
	for p := range d.data.All(d.net, d.rank) {
		if d.limit > 0 && d.listed == d.limit {
			return nil
		}
		if d.stopped = d.ctx.Err(); d.stopped != nil {
			return nil
		}
		agrees, err := d.compare(p)
		if err != nil {
			return err
		}
		if agrees != nil && !*agrees {
			d.disagreed++
		}
		if err := fn(d.listed, p, agrees); err != nil {
			return err
		}
		d.listed++
	}
	return nil
}

// compare counts the eigenvalues of the Hessian at a representative.
func (d *deep) compare(p landscape.Critical) (*bool, error) {
	if d.check == "none" || d.check == "auto" && (d.listed >= autoChecked || d.net.Parameters() > autoSize) {
		return nil, nil
	}
	w, err := d.data.Representative(d.net, p.Set, p.Middle, d.seed)
	if err != nil {
		return nil, err
	}
	s, err := d.data.At(d.net, w)
	if err != nil {
		return nil, err
	}
	spec, err := s.DenseInertia(1e-9)
	if err != nil {
		return nil, err
	}
	same := spec.Inertia == p.Inertia
	return &same, nil
}

// document writes schema tacit.deep/1, the points one by one as they come.
func (d *deep) document(w io.Writer) error {
	b := bufio.NewWriter(w)
	head := d.header()
	text, err := head.join("{\n  ", ",\n  ", ",\n")
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "%s", text)
	fmt.Fprint(b, "  \"critical_points\": [")
	err = d.each(func(k int, p landscape.Critical, agrees *bool) error {
		o := &object{}
		o.set("index_set", nonNil(p.Set))
		o.set("rank", len(p.Set))
		o.num("loss", p.Loss)
		o.set("negative", p.Negative)
		o.set("zero", p.Zero)
		o.set("positive", p.Positive)
		o.set("kind", string(p.Kind))
		o.set("middle_rank", p.Middle)
		if agrees != nil {
			o.set("eigenvalues_agree", *agrees)
		}
		if d.save && d.out != "" {
			o.set("file", pointName(k))
		}
		line, err := marshal(o)
		if err != nil {
			return err
		}
		comma := ","
		if k == 0 {
			comma = ""
		}
		_, err = fmt.Fprintf(b, "%s\n    %s", comma, line)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprint(b, "\n  ],\n  ")
	tail := &object{}
	tail.set("listed", d.listed)
	tail.set("status", d.status())
	if text, err = tail.join("", ",\n  ", "\n}\n"); err != nil {
		return err
	}
	fmt.Fprintf(b, "%s", text)
	return b.Flush()
}

// status says whether the list is whole.
func (d *deep) status() string {
	switch {
	case d.stopped != nil:
		return string(endStatus(d.ctx))
	case d.disagreed > 0:
		return "numerical-trouble"
	case d.limit > 0 && d.listed == d.limit:
		return "limit"
	}
	return "complete"
}

// header is what is known before the points.
func (d *deep) header() *object {
	o := &object{}
	o.set("schema", "tacit.deep/1")
	o.set("command", "deep")
	d.setting(o)
	sets := d.data.Sets(d.net, d.rank)
	if sets.IsInt64() && sets.Int64() < 1<<53 {
		o.set("index_sets", sets.Int64())
	} else {
		o.set("index_sets", sets.String())
	}
	o.set("input", d.provenance())
	o.set("version", tacit.Version)
	o.set("command_line", append([]string{"tacit"}, d.env.args...))
	return o
}

// setting describes network and data.
func (d *deep) setting(o *object) {
	o.set("widths", d.net.Dims)
	o.set("layers", d.net.Layers())
	o.set("parameters", d.net.Parameters())
	o.set("samples", d.data.N)
	o.set("rank_x", d.data.Rank)
	o.vector("eigenvalues", d.data.Lambda)
	o.set("max_rank", d.data.MaxRank(d.net))
	o.num("loss_floor", d.data.Rest)
	o.num("loss_at_zero", d.data.Zero)
	var list []*object
	for _, a := range d.data.Assumptions(d.net) {
		q := &object{}
		q.set("name", a.Name)
		q.set("holds", a.Holds)
		q.set("detail", a.Detail)
		if !a.Holds {
			q.set("then", a.Then)
		}
		list = append(list, q)
	}
	o.set("assumptions", list)
}

// provenance names the files with their digests, by role: X, Y, and W of --at.
func (d *deep) provenance() *object {
	list := &object{}
	for i, f := range d.inputs {
		o := &object{}
		o.set("path", f.Path)
		if digest, err := f.SHA256(); err == nil {
			o.set("sha256", digest)
		}
		role := "W"
		switch {
		case i == 0:
			role = "X"
		case i == 1 && !d.together:
			role = "Y"
		}
		list.set(role, o)
		if i == 0 && d.together {
			y := &object{}
			y.set("path", f.Path)
			y.set("from", "X") // one file holds both
			list.set("Y", y)
		}
	}
	return list
}

func pointName(k int) string { return fmt.Sprintf("point-%04d.npz", k) }

// savePoints writes a representative of each listed point.
func (d *deep) savePoints(out *dataio.OutputDir) error {
	return d.each(func(k int, p landscape.Critical, _ *bool) error {
		w, err := d.data.Representative(d.net, p.Set, p.Middle, d.seed)
		if err != nil {
			return err
		}
		return out.Write(pointName(k), func(f io.Writer) error {
			return dataio.WriteNPZ(f, layerMembers(d.net, w, "W")...)
		})
	})
}

// layerMembers names the layers of w.
func layerMembers(net *landscape.Net, w []float64, letter string) []dataio.Member {
	var list []dataio.Member
	for j := 1; j <= net.Layers(); j++ {
		list = append(list, dataio.Member{Name: fmt.Sprintf("%s%d", letter, j),
			Values: dataio.Floats(net.Layer(w, j), net.Dims[j], net.Dims[j-1])})
	}
	return list
}

// text lists the first points for people.
func (d *deep) text() string {
	var b, table strings.Builder
	kinds := map[landscape.Kind]int{}
	compared := 0
	fmt.Fprintf(&table, "  %-18s %-4s %14s %9s %9s %9s  %s\n", "kind", "rank", "loss", "negative", "zero", "positive", "index set")
	err := d.each(func(k int, p landscape.Critical, agrees *bool) error {
		kinds[p.Kind]++
		if agrees != nil {
			compared++
		}
		if k < shownPoints {
			fmt.Fprintf(&table, "  %-18s %-4d %14.8g %9d %9d %9d  %s%s\n", p.Kind, len(p.Set), p.Loss, p.Negative, p.Zero, p.Positive, indexSet(p.Set), d.middle(p))
		}
		return nil
	})
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	fmt.Fprintf(&b, "%s index sets; %d critical points listed: %d global minima, %d strict and %d non-strict saddles\n\n",
		d.data.Sets(d.net, d.rank), d.listed, kinds[landscape.GlobalMinimum], kinds[landscape.StrictSaddle], kinds[landscape.NonStrictSaddle])
	d.settingText(&b)
	if compared > 0 {
		fmt.Fprintf(&b, "  checked     %d of the listed counts against the eigenvalues of the Hessian: %d differ\n", compared, d.disagreed)
	} else {
		fmt.Fprintf(&b, "  checked     none against the Hessian; --check all does it\n")
	}
	b.WriteString("\n" + table.String())
	if d.listed > shownPoints {
		fmt.Fprintf(&b, "  … %d more; --json lists them\n", d.listed-shownPoints)
	}
	if d.limit > 0 && d.listed == d.limit {
		fmt.Fprintf(&b, "  the list ends at --limit %d\n", d.limit)
	}
	next := "keep representatives of the points with -o DIR --save-points, and look at one with --at"
	if d.save {
		next = "look at one of the points with `tacit deep DATA --at " + d.out + "/" + pointName(0) + "`"
	}
	fmt.Fprintf(&b, "\nnext: %s\n", next)
	return b.String()
}

// settingText describes network and data for people.
func (d *deep) settingText(b *strings.Builder) {
	dims := make([]string, len(d.net.Dims))
	for i, v := range d.net.Dims {
		dims[i] = fmt.Sprint(v)
	}
	fmt.Fprintf(b, "  network     %s, %d layers, %d parameters\n", strings.Join(dims, "-"), d.net.Layers(), d.net.Parameters())
	fmt.Fprintf(b, "  data        %d samples, X of rank %d; the loss is %.8g at 0 and %.8g at best\n", d.data.N, d.data.Rank, d.data.Zero, d.data.Value(firstSet(d.data.MaxRank(d.net))))
	l := d.data.Lambda
	fmt.Fprintf(b, "  Σ           %d nonzero eigenvalues", len(l))
	for i, v := range l {
		if i == 6 {
			b.WriteString(", …")
			break
		}
		sep := ", "
		if i == 0 {
			sep = ": "
		}
		fmt.Fprintf(b, "%s%.6g", sep, v)
	}
	b.WriteByte('\n')
	if r := d.data.MaxRank(d.net); r < len(l) {
		fmt.Fprintf(b, "  bottleneck  rank %d at most: the best loss is above the floor %.8g of linear regression\n", r, d.data.Rest)
	}
	broken := 0
	for _, a := range d.data.Assumptions(d.net) {
		if !a.Holds {
			broken++
			fmt.Fprintf(b, "  violated    %s (%s); %s\n", a.Name, a.Detail, a.Then)
		}
	}
	if broken == 0 {
		b.WriteString("  theorem     the assumptions of Kawaguchi 2016 hold\n")
	}
}

func firstSet(r int) []int {
	set := make([]int, r)
	for i := range set {
		set[i] = i
	}
	return set
}

func indexSet(set []int) string {
	parts := make([]string, len(set))
	for i, v := range set {
		parts[i] = fmt.Sprint(v)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// middle tells the two families of one set apart.
func (d *deep) middle(p landscape.Critical) string {
	least, most := d.net.MiddleRanks(len(p.Set))
	switch {
	case least == most || len(p.Set) == len(d.data.Lambda):
		return ""
	case p.Middle == most:
		return ", generic middle"
	}
	return ", zero middle"
}
