package main

import (
	"fmt"

	"github.com/tacit-dev/tacit/limit"
)

// The exit codes of the command; `tacit help exit-codes` explains them.
const (
	exitOK          = 0
	exitInternal    = 1
	exitUsage       = 2
	exitApproximate = 3
	exitNo          = 4
	exitBudget      = 5
	exitTrouble     = 6
	exitInterrupted = 130
)

// exitError carries an exit code with what to say, which may be nothing (the
// answer on stdout has said it), and hints on what to do next.
type exitError struct {
	code  int
	err   error
	hints []string
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// silent ends the command with a code and no message.
func silent(code int) error {
	if code == exitOK {
		return nil
	}
	return &exitError{code: code}
}

// usagef reports a command line that makes no sense.
func usagef(format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...)}
}

// invalid reports an input that cannot be read or is not usable.
func invalid(err error, hints ...string) error {
	if err == nil {
		return nil
	}
	return &exitError{code: exitUsage, err: err, hints: hints}
}

// statusCode is the exit code of an answer.
func statusCode(s limit.Status) int {
	switch s {
	case limit.Certified:
		return exitOK
	case limit.Approximate:
		return exitApproximate
	case limit.Infeasible, limit.NotSeparable:
		return exitNo
	case limit.Budget:
		return exitBudget
	case limit.Interrupted:
		return exitInterrupted
	case limit.NumericalTrouble:
		return exitTrouble
	}
	return exitInternal
}
