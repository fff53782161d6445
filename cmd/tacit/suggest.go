package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tacit-dev/tacit/internal/suggest"
)

// didYouMean turns suggestions into hints.
func didYouMean(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	return []string{"did you mean " + strings.Join(names, " or ") + "?"}
}

// commandNames lists the commands a user may type under c.
func commandNames(c *cobra.Command) []string {
	var names []string
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			names = append(names, sub.Name())
		}
	}
	return names
}

// flagNames lists the long flags of c.
func flagNames(c *cobra.Command) []string {
	var names []string
	seen := func(f *pflag.Flag) { names = append(names, "--"+f.Name) }
	c.Flags().VisitAll(seen)
	c.InheritedFlags().VisitAll(seen)
	return names
}

// flagError turns what the flag parser says into the terms of this command.
func flagError(c *cobra.Command, err error) error {
	e := &exitError{code: exitUsage, err: err}
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var wrong *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		name := "--" + unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			name = name[1:]
		}
		e.err = usagef("%s has no flag %s", c.CommandPath(), name)
		e.hints = didYouMean(suggest.Nearest(name, flagNames(c)))
		if len(e.hints) == 0 {
			e.hints = elsewhere(c, name)
		}
	case errors.As(err, &bare):
		e.err = usagef("flag %s needs a value", flagName(bare.GetFlag()))
	case errors.As(err, &wrong):
		e.err = usagef("flag %s: %w", flagName(wrong.GetFlag()), plainly(wrong.Unwrap(), wrong.GetFlag().Value.Type()))
	}
	e.hints = append(e.hints, "`"+c.CommandPath()+" --help` lists the flags")
	return e
}

// plainly says of a value that is not of its type what it should be.
func plainly(err error, kind string) error {
	var num *strconv.NumError
	if !errors.As(err, &num) {
		return err
	}
	want := map[string]string{
		"int": "a whole number", "uint64": "a whole number, 0 or more", "float64": "a number",
		"bool": "true or false", "intSlice": "whole numbers with commas between",
	}[kind]
	switch {
	case want == "":
		return err
	case errors.Is(err, strconv.ErrRange):
		return fmt.Errorf("%q is too large; it takes %s", num.Num, want)
	}
	return fmt.Errorf("%q is not what it takes: %s", num.Num, want)
}

func flagName(f *pflag.Flag) string { return "--" + f.Name }

// elsewhere names the commands that do have the flag.
func elsewhere(c *cobra.Command, flag string) []string {
	var owners []string
	for _, other := range c.Root().Commands() {
		if slices.Contains(flagNames(other), flag) {
			owners = append(owners, "`"+other.CommandPath()+"`")
		}
	}
	if len(owners) == 0 {
		return nil
	}
	return []string{flag + " belongs to " + strings.Join(owners, ", ")}
}
