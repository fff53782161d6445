package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/internal/instance"
)

// newGenLectures makes a command for each named instance.
func newGenLectures(env *environment) []*cobra.Command {
	var list []*cobra.Command
	for _, l := range instance.Lectures() {
		g := generation{env: env}
		c := &cobra.Command{
			DisableFlagsInUseLine: true,
			Use:                   "lecture:" + l.Name + " -o FILE.npz",
			Short:                 l.About,
			Long:                  "Write the instance to FILE.npz:\n\n" + l.About + ".",
			Example:               "  tacit gen lecture:" + l.Name + " -o " + l.Name + ".npz\n  " + strings.ReplaceAll(l.Use, "FILE", l.Name+".npz"),
			Args:                  noArguments,
			RunE:                  func(*cobra.Command, []string) error { return g.lecture(l) },
		}
		g.output(c, "the file `FILE.npz` to write", "replace a file that is already there")
		list = append(list, c)
	}
	return list
}

// lecture writes a named instance.
func (g *generation) lecture(l instance.Lecture) error {
	if !strings.HasSuffix(g.out, ".npz") {
		return usagef("-o %q: name a file that ends in .npz", g.out)
	}
	var members []dataio.Member
	for _, a := range l.Arrays {
		members = append(members, dataio.Member{Name: a.Name, Values: values(a)})
	}
	files := []outputFile{{g.out, func(w io.Writer) error { return dataio.WriteNPZ(w, members...) }}}
	if err := g.write(files, false); err != nil {
		return err
	}
	return g.env.generated(files, l.About, strings.ReplaceAll(l.Use, "FILE", g.out), func(o *object) {
		o.set("lecture", l.Name)
		o.set("about", l.About)
	})
}

// values is an array as it is written: indices and shapes as integers.
func values(a instance.Array) dataio.Values {
	switch a.Name {
	case "rows", "cols", "shape":
		ints := make([]int, len(a.Data))
		for i, v := range a.Data {
			ints[i] = int(v)
		}
		return dataio.Ints(ints, a.Shape...)
	}
	return dataio.Floats(a.Data, a.Shape...)
}
