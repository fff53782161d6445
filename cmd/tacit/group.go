package main

import "github.com/spf13/cobra"

// group is a command that only holds others: without a kind it lists them, with a
// wrong one it names the nearest.
func group(use, short string, kinds ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.ArbitraryArgs,
		RunE:  chooseKind,
		// What has to be said of a wrong name is that, not that it has no flags.
		FParseErrWhitelist: cobra.FParseErrWhitelist{UnknownFlags: true},
	}
	c.AddCommand(kinds...)
	return c
}

// chooseKind runs where no kind was recognised.
func chooseKind(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return noCommand(c)
	}
	return unknownCommand(c, args[0])
}
