package main

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/lab"
)

// sandbox is what a command that answers a request of the lab has instead of a
// disk and a terminal.
type sandbox struct {
	files    map[string][]byte
	limit    int64
	out      *dataio.OutputDir
	progress func(string)
}

// loadOptions says where inputs come from.
func (env *environment) loadOptions() dataio.LoadOptions {
	if env.box != nil {
		return dataio.LoadOptions{Files: env.box.files, Limit: env.box.limit}
	}
	return dataio.LoadOptions{Stdin: env.stdin}
}

// boxed lists the commands that touch nothing but the files of a sandbox.
var boxed = []string{"sparse", "minnorm", "nearest", "margin", "lowrank", "verify", "inspect"}

// sandboxed runs one of these commands on files in memory. It is the same code that
// the command line runs, so that an answer of the lab is the one that the command
// would write.
func sandboxed(ctx context.Context, job lab.Job) lab.Outcome {
	if len(job.Args) == 0 || !slices.Contains(boxed, job.Args[0]) {
		return lab.Outcome{Code: exitUsage, Messages: "tacit: error: the lab does not run this command\n"}
	}
	box := &sandbox{files: job.Files, limit: job.Limit, out: dataio.MemoryDir(), progress: job.Progress}
	if box.progress == nil {
		box.progress = func(string) {}
	}
	if box.files == nil {
		box.files = map[string][]byte{} // never the disk
	}
	var stdout, stderr bytes.Buffer
	env := &environment{term: newTerminal(&stdout, &stderr), stdin: strings.NewReader(""), args: job.Args, box: box}
	code := env.execute(ctx, env.term)
	return lab.Outcome{Code: code, Document: stdout.Bytes(), Messages: stderr.String(), Files: box.out.Files()}
}
