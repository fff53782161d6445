package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// commandFirst moves the command word (and the word of its subcommand) to the
// front, so that flags may stand anywhere, also before it. What is not
// understood stays where it is, for the parser to complain about.
func commandFirst(root *cobra.Command, args []string) []string {
	valued := valuedFlags(root)
	var words []string
	rest := make([]string, 0, len(args))
	level := root
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" || level == nil {
			rest = append(rest, args[i:]...)
			break
		}
		if strings.HasPrefix(arg, "-") && arg != "-" {
			rest = append(rest, arg)
			if takesNext(arg, valued) && i+1 < len(args) {
				i++
				rest = append(rest, args[i])
			}
			continue
		}
		words = append(words, arg)
		level = subcommand(level, arg)
	}
	return append(words, rest...)
}

// subcommand is the command named word under c if it has commands of its own.
func subcommand(c *cobra.Command, word string) *cobra.Command {
	for _, sub := range c.Commands() {
		if sub.Name() == word && sub.HasSubCommands() {
			return sub
		}
	}
	return nil
}

// takesNext reports whether the flag uses the next argument as its value.
func takesNext(arg string, valued map[string]bool) bool {
	if strings.Contains(arg, "=") {
		return false
	}
	if strings.HasPrefix(arg, "--") {
		return valued[arg]
	}
	return len(arg) == 2 && valued[arg] // -oDIR carries its own value
}

// valuedFlags collects, over all commands, the flags that need a value.
func valuedFlags(c *cobra.Command) map[string]bool {
	valued := make(map[string]bool)
	note := func(f *pflag.Flag) {
		if f.NoOptDefVal != "" {
			return
		}
		valued["--"+f.Name] = true
		if f.Shorthand != "" {
			valued["-"+f.Shorthand] = true
		}
	}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		c.PersistentFlags().VisitAll(note)
		c.Flags().VisitAll(note)
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(c)
	return valued
}
