package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// run executes one command line and returns its exit code. Everything the
// command touches besides files comes in as an argument.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	return runRank(ctx, args, stdin, stdout, stderr, joinMPI)
}

// runRank is run with a way to the other ranks of --engine mpi.
func runRank(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, join func() (*ranks, error)) (code int) {
	loud := newTerminal(stdout, stderr)
	stdout, stderr = muted(args, stdout, stderr)
	// --threads is a setting of this command line, not of the process.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	env := &environment{term: newTerminal(stdout, stderr), stdin: stdin, args: args, join: join}
	return env.execute(ctx, loud)
}

// execute runs the command line of env. A defect is told to loud.
func (env *environment) execute(ctx context.Context, loud *terminal) (code int) {
	term := env.term
	defer func() {
		if p := recover(); p != nil {
			loud.panicked(p, debug.Stack(), env.args)
			env.ranks.abort() // the others wait for this one
			code = exitInternal
			return
		}
		env.ranks.close()
	}()
	root := newRoot(env)
	root.SetIn(env.stdin)
	root.SetOut(&env.help)
	root.SetErr(&env.help)
	root.SetArgs(commandFirst(root, env.args))

	err := root.ExecuteContext(ctx)
	code = exitOK
	var coded *exitError
	switch {
	case errors.As(err, &coded):
		code = coded.code
	case err != nil:
		code = exitInternal
	}
	if err != nil && err.Error() != "" {
		term.failure(err)
	}
	if env.help.Len() > 0 {
		if _, err := term.stdout.Write(env.help.Bytes()); err != nil {
			term.failure(fmt.Errorf("cannot write to standard output: %w", err))
			return exitInternal
		}
	}
	return code
}
