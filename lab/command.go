package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Job is a line of the command line that runs on files in memory, with the same
// code as in a terminal: what the lab answers is what the command would write.
type Job struct {
	Args     []string          // without the program
	Files    map[string][]byte // the only files there are
	Limit    int64             // bytes that one of them may take in memory
	Progress func(line string) // may be nil
}

// Outcome is what the command said and wrote.
type Outcome struct {
	Code     int               // exit code
	Document []byte            // standard output, of --json one JSON document
	Messages string            // standard error
	Files    map[string][]byte // of -o
}

// Command runs a Job until ctx ends.
type Command func(ctx context.Context, job Job) Outcome

// commands lists those that may be asked for, with their flags. Those of files
// take names of the upload's own.
var commands = map[string][]string{
	"sparse":  {"nonneg", "alpha", "sigma", "weights"},
	"minnorm": {"from"},
	"nearest": {"geometry", "from", "alpha", "relative"},
	"margin":  {"bias", "norm", "delta", "split"},
	"lowrank": {"psd", "rank"},
}

// commonFlags are those of all of them.
var commonFlags = []string{"tol", "max-time", "max-steps"}

const longestFlag = 200 // bytes of the value of a flag

// commandLine is the line that a request asks for, its flags in the order of the
// alphabet. Only known names get through, each as one word, so that a value cannot
// be mistaken for another flag.
func commandLine(command string, flags map[string]any) ([]string, error) {
	own, ok := commands[command]
	if !ok {
		return nil, badState("there is no command %q here: it is one of sparse, minnorm, nearest, margin, lowrank", clip(command))
	}
	line := []string{command}
	names := make([]string, 0, len(flags))
	for name := range flags {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !slices.Contains(own, name) && !slices.Contains(commonFlags, name) {
			return nil, badState("%s has no flag %q here: it is one of %s", command, clip(name), strings.Join(append(slices.Clone(own), commonFlags...), ", "))
		}
		word, err := flagWord(name, flags[name])
		if err != nil {
			return nil, err
		}
		line = append(line, word)
	}
	return line, nil
}

func flagWord(name string, value any) (string, error) {
	switch v := value.(type) {
	case bool:
		return fmt.Sprintf("--%s=%v", name, v), nil
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return "--" + name + "=" + strconv.FormatFloat(v, 'g', -1, 64), nil
		}
	case string:
		if len(v) <= longestFlag && !strings.ContainsFunc(v, unicode.IsControl) {
			return "--" + name + "=" + v, nil
		}
	}
	return "", badState("the flag %q has a value that cannot be used: true, false, a number or a short text is needed", name)
}

// said turns what a command said into the message of an error.
func (o *Outcome) said() string {
	var parts []string
	for line := range strings.Lines(o.Messages) {
		line = strings.TrimSpace(strings.TrimPrefix(line, "tacit: "))
		line = strings.TrimPrefix(line, "error: ")
		if hint, ok := strings.CutPrefix(line, "hint: "); ok {
			line = hint
		}
		if line != "" {
			parts = append(parts, line)
		}
	}
	return strings.Join(parts, "; ")
}

// notes are the lines that a command said besides its document.
func (o *Outcome) notes() []string {
	out := []string{}
	for line := range strings.Lines(o.Messages) {
		out = append(out, strings.TrimSpace(strings.TrimPrefix(line, "tacit: ")))
	}
	return out
}

// failure is the error of a command that has no document to show; nil if it has.
func (o *Outcome) failure() error {
	switch {
	case json.Valid(o.Document) && len(o.Document) > 0:
		return nil
	case o.Code == 2: // what was asked makes no sense, or the data cannot be read
		return badState("%s", o.said())
	case o.Code == 5:
		return timedOut("%s", o.said())
	case o.Code == 130:
		return context.Canceled
	}
	return fmt.Errorf("command ended with %d: %s", o.Code, o.Messages)
}
