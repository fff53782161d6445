package main

import (
	"bytes"
	"io"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit/internal/suggest"
)

// environment is what the commands share: where to speak, what was typed.
type environment struct {
	term  *terminal
	stdin io.Reader
	args  []string     // the command line as typed, without the program
	help  bytes.Buffer // help texts, printed to stdout at the end
	box   *sandbox     // of a command that runs for the lab, else nil

	join  func() (*ranks, error) // connects the ranks of --engine mpi
	ranks *ranks                 // after that; nil: this process is alone

	json    bool
	verbose bool
	threads int
}

// newRoot builds the command tree.
func newRoot(env *environment) *cobra.Command {
	root := &cobra.Command{
		Use:   "tacit",
		Short: "certified answers to underdetermined problems Ax = b",
		Long: `tacit answers underdetermined problems Ax = b with the solution that a chosen
geometry selects, and proves each answer by a certificate that is checked with
code of its own.

  tacit sparse A.npy b.npy -o out     the sparsest-by-ℓ1 solution, with a proof
  tacit minnorm A.npy b.npy           the solution of least Euclidean norm
  tacit nearest A.npy b.npy --geometry entropy --from x0.npy
                                      the solution nearest to x₀: raking, maximum entropy
  tacit lowrank DATA.npz              the matrix of least nuclear norm: sensing, completion
  tacit path A.npy b.npy              the exact path of the flow as α → 0
  tacit margin data.svm               the separator of largest margin
  tacit verify out                    check a result from its files alone
  tacit inspect A.npy                 what a file holds, before solving with it`,
		Version:           version,
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
		RunE:              chooseKind,
		Args:              cobra.ArbitraryArgs,
		// The root runs only where no command was recognised, and then that is
		// what has to be said, not that it lacks the command's flags.
		FParseErrWhitelist: cobra.FParseErrWhitelist{UnknownFlags: true},
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return env.setThreads()
		},
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(usage)
	root.CompletionOptions.HiddenDefaultCmd = false

	f := root.PersistentFlags()
	f.SortFlags = false
	f.BoolVar(&env.json, "json", false, "print one JSON document instead of text")
	f.BoolVar(&env.term.quiet, "quiet", false, "no progress, warnings or hints on stderr")
	f.BoolVarP(&env.verbose, "verbose", "v", false, "report the progress of the lanes on stderr")
	// The commands that draw random numbers say what of; to the others it is the same.
	f.Uint64("seed", 0, "of random numbers; a command that draws none takes any")
	f.IntVar(&env.threads, "threads", 0, "threads to use (default: all cores); the result does not depend on it")

	root.AddCommand(
		newSparse(env),
		newMinnorm(env),
		newNearest(env),
		newLowrank(env),
		newPath(env),
		newMargin(env),
		newFlow(env),
		newVerify(env),
		newPlot(env),
		newDeep(env),
		newReport(env),
		newLab(env),
		newGen(env),
		newInspect(env),
		newDescend(env),
		newTheorems(env),
		newSweep(env),
		newVersion(env),
	)
	root.SetHelpCommand(newHelp())
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			c.Args = cobra.ArbitraryArgs
			c.RunE = chooseKind
		}
	}
	return root
}

// setThreads applies --threads to everything that runs in parallel.
func (env *environment) setThreads() error {
	if env.threads < 0 {
		return usagef("--threads %d: it must be at least 1", env.threads)
	}
	if env.threads > 0 {
		// More threads than a few per processor only cost memory.
		runtime.GOMAXPROCS(min(env.threads, 4*runtime.NumCPU()))
	}
	return nil
}

// noCommand explains how to start.
func noCommand(c *cobra.Command) error {
	e := &exitError{code: exitUsage, err: usagef("no command given")}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			e.hints = append(e.hints, sub.CommandPath()+": "+sub.Short)
		}
	}
	return e
}

// unknownCommand names the commands nearest to word.
func unknownCommand(c *cobra.Command, word string) error {
	hints := didYouMean(suggest.Nearest(word, commandNames(c)))
	hints = append(hints, "`"+c.CommandPath()+" --help` lists the commands")
	return &exitError{code: exitUsage, err: usagef("%s has no command %q", c.CommandPath(), word), hints: hints}
}
