package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/sweep"
)

func newSweepStatus(env *environment) *cobra.Command {
	return &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "status DIR",
		Short:                 "how far the parts of a sweep are, and how long the rest takes",
		Args:                  oneDirectory,
		RunE: func(_ *cobra.Command, args []string) error {
			m, shards, err := sweep.Status(args[0])
			if err != nil {
				return sweepError(err)
			}
			if env.json {
				return env.print(statusDocument(m, shards))
			}
			return env.term.result([]byte(statusText(args[0], m, shards)))
		},
	}
}

func oneDirectory(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("%s needs one directory, but got %d arguments", c.CommandPath(), len(args))
	}
	return nil
}

func statusDocument(m *sweep.Manifest, shards []sweep.ShardStatus) *object {
	o := &object{}
	o.set("schema", "tacit.sweep-status/1")
	o.set("name", m.Name)
	o.set("hash", m.Hash)
	o.set("cells", m.Cells)
	o.set("done", doneCells(shards))
	list := make([]*object, len(shards))
	for i, s := range shards {
		e := &object{}
		e.set("shard", s.Shard.String())
		e.set("done", s.Done)
		e.set("cells", s.Cells)
		e.set("finished", s.Finished)
		e.set("status", s.Count)
		if s.Rate > 0 {
			e.set("cells_per_second", s.Rate)
			e.set("seconds_left", s.Left.Seconds())
		}
		list[i] = e
	}
	o.set("shards", list)
	return o
}

// doneCells adds up the parts.
func doneCells(shards []sweep.ShardStatus) int {
	done := 0
	for _, s := range shards {
		done += s.Done
	}
	return done
}

func statusText(dir string, m *sweep.Manifest, shards []sweep.ShardStatus) string {
	var b strings.Builder
	name := m.Name
	if name == "" {
		name = m.Hash[:12]
	}
	fmt.Fprintf(&b, "%s: %d of %d cells (%d points, %d trials each, over %s)\n\n", name, doneCells(shards), m.Cells, m.Points, m.Trials, strings.Join(m.Axes, ", "))
	for _, s := range shards {
		what := "whole"
		if s.Shard != sweep.Whole {
			what = "part " + s.Shard.String()
		}
		fmt.Fprintf(&b, "  %-12s %d of %d", what, s.Done, s.Cells)
		switch {
		case s.Finished:
			b.WriteString(", finished")
		case s.Rate > 0:
			fmt.Fprintf(&b, ", %.3g a second, last one %s ago, %s left at that rate",
				s.Rate, time.Since(s.Last).Round(time.Second), s.Left.Round(time.Second))
		}
		if len(s.Count) > 0 {
			fmt.Fprintf(&b, " (%s)", statusCounts(s.Count))
		}
		b.WriteString("\n")
	}
	if len(shards) == 0 {
		b.WriteString("  nothing is computed yet\n")
	}
	return b.String()
}

// statusCounts lists the statuses of cells, most frequent first.
func statusCounts(count map[string]int) string {
	names := slices.Sorted(maps.Keys(count))
	slices.SortStableFunc(names, func(a, b string) int { return count[b] - count[a] })
	for i, n := range names {
		names[i] = fmt.Sprintf("%d %s", count[n], n)
	}
	return strings.Join(names, ", ")
}

func newSweepMerge(env *environment) *cobra.Command {
	var out string
	var force bool
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "merge DIR... [-o WHOLE]",
		Short:                 "join the parts of a sweep",
		Long: `Join the finished parts in the directories DIR into WHOLE/cells.parquet: the same
bytes, whatever the division. Without -o it is written into the first DIR.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("tacit sweep merge needs at least one directory")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if out == "" {
				out = args[0]
			}
			n, err := sweep.Merge(out, args, force)
			if err != nil {
				return sweepError(err)
			}
			if env.json {
				o := &object{}
				o.set("schema", "tacit.sweep-merge/1")
				o.set("cells", n)
				o.set("files", map[string]string{"cells": sweep.Whole.TableName()})
				return env.print(o)
			}
			return env.term.result([]byte(fmt.Sprintf("merged: %d cells\n\n  %s\n", n, sweep.TablePath(out))))
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVarP(&out, "output", "o", "", "the directory `WHOLE` for the joined table (default: the first DIR)")
	f.BoolVar(&force, "force", false, "replace a joined table that is already there")
	return c
}
