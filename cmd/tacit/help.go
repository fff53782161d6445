package main

import (
	"embed"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/internal/suggest"
)

//go:embed topics/*.txt
var topicFiles embed.FS

// topics lists the texts of `tacit help TOPIC`.
var topics = []string{"formats", "output", "exit-codes", "geometries", "sweep", "mpi"}

// topic returns the text of a topic.
func topic(name string) (string, error) {
	b, err := topicFiles.ReadFile("topics/" + name + ".txt")
	return string(b), err
}

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:       "help [COMMAND | TOPIC]",
		Short:     "help on a command or a topic: " + strings.Join(topics, ", "),
		ValidArgs: topics,
		RunE: func(c *cobra.Command, args []string) error {
			root := c.Root()
			if len(args) == 0 {
				return root.Help()
			}
			if slices.Contains(topics, args[0]) {
				text, err := topic(args[0])
				if err != nil {
					return err
				}
				c.Print(text)
				return nil
			}
			found, rest, err := root.Find(args)
			if err != nil || found == root || len(rest) > 0 && found.HasSubCommands() {
				known := append(commandNames(root), topics...)
				hints := didYouMean(suggest.Nearest(args[0], known))
				hints = append(hints, "topics are "+strings.Join(topics, ", "))
				return &exitError{code: exitUsage, err: usagef("no help on %q", strings.Join(args, " ")), hints: hints}
			}
			found.InitDefaultHelpFlag()
			return found.Help()
		},
	}
}
