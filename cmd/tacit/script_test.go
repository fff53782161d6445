package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptCommands are what the scripts have besides the built-in commands.
var scriptCommands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"run":    cmdRun,
	"npy":    cmdNPY,
	"json":   cmdJSON,
	"change": cmdChange,
	"cut":    cmdCut,
	"limit":  cmdLimit,
}

// cmdRun runs tacit and holds its exit code: run CODE ARGS...
// Output is checked with stdout and stderr as after exec.
func cmdRun(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec("tacit", args[1:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("tacit did not run: %v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	for _, line := range strings.Split(strings.TrimSuffix(ts.ReadFile("stderr"), "\n"), "\n") {
		if line != "" && !strings.HasPrefix(line, "tacit: ") {
			ts.Fatalf("stderr has a line without the prefix: %q", line)
		}
		if strings.HasSuffix(line, ".") {
			ts.Fatalf("stderr has a line that ends with a period: %q", line)
		}
	}
}

// cmdNPY writes a .npy file with an honest or a lying header:
// npy FILE DESCR SHAPE [VALUES...], SHAPE as in (2,3), values as float64 or,
// for |u1 and |b1, bytes.
func cmdNPY(ts *testscript.TestScript, neg bool, args []string) {
	file, descr, shape := args[0], args[1], args[2]
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape)
	for (10+len(dict)+1)%64 != 0 {
		dict += " "
	}
	dict += "\n"
	out := []byte("\x93NUMPY\x01\x00")
	out = binary.LittleEndian.AppendUint16(out, uint16(len(dict)))
	out = append(out, dict...)
	for _, word := range args[3:] {
		v, err := strconv.ParseFloat(word, 64)
		ts.Check(err)
		switch descr {
		case "|u1", "|b1":
			out = append(out, byte(v))
		case ">f8":
			out = binary.BigEndian.AppendUint64(out, math.Float64bits(v))
		default:
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(file), out, 0o666))
}

// cmdJSON holds a field of a JSON document: json FILE PATH REGEXP matches the
// compact text of the value at the dotted path; json FILE PATH absent.
func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	var doc any
	if err := json.Unmarshal([]byte(ts.ReadFile(args[0])), &doc); err != nil {
		ts.Fatalf("%s is not JSON: %v", args[0], err)
	}
	value, found := lookup(doc, strings.Split(args[1], "."))
	if args[2] == "absent" {
		if found {
			ts.Fatalf("%s is there: %v", args[1], value)
		}
		return
	}
	if !found {
		ts.Fatalf("%s is missing in %s", args[1], ts.ReadFile(args[0]))
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	ts.Check(enc.Encode(value))
	got := strings.TrimSuffix(text.String(), "\n")
	match, err := regexp.MatchString("^(?:"+args[2]+")$", got)
	ts.Check(err)
	if match == neg {
		ts.Fatalf("%s is %s, want it to match %s: %v", args[1], got, args[2], !neg)
	}
}

func lookup(doc any, path []string) (any, bool) {
	for _, key := range path {
		switch d := doc.(type) {
		case map[string]any:
			v, ok := d[key]
			if !ok {
				return nil, false
			}
			doc = v
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(d) {
				return nil, false
			}
			doc = d[i]
		default:
			return nil, false
		}
	}
	return doc, true
}

// cmdChange changes bytes of a file: change FILE OFFSET flips the lowest bit of
// a byte (a negative offset counts from the end); change FILE OLD NEW replaces
// the first match of the regular expression OLD.
func cmdChange(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	if len(args) == 2 {
		at, err := strconv.Atoi(args[1])
		ts.Check(err)
		if at < 0 {
			at += len(data)
		}
		data[at] ^= 1
	} else {
		where := regexp.MustCompile(args[1]).FindIndex(data)
		if where == nil {
			ts.Fatalf("%s has no match of %s", args[0], args[1])
		}
		data = append(append(append([]byte{}, data[:where[0]]...), args[2]...), data[where[1]:]...)
	}
	ts.Check(os.WriteFile(path, data, 0o666))
}

// cmdCut truncates a file: cut FILE LENGTH, a negative length counts from the
// end.
func cmdCut(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	info, err := os.Stat(path)
	ts.Check(err)
	length, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	if length < 0 {
		length += info.Size()
	}
	ts.Check(os.Truncate(path, length))
}

// cmdLimit holds a number of a JSON document: limit FILE PATH MAX.
func cmdLimit(ts *testscript.TestScript, neg bool, args []string) {
	var doc any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &doc))
	value, _ := lookup(doc, strings.Split(args[1], "."))
	v, ok := value.(float64)
	if !ok {
		ts.Fatalf("%s is %v, want a number", args[1], value)
	}
	most, err := strconv.ParseFloat(args[2], 64)
	ts.Check(err)
	if !(math.Abs(v) <= most) {
		ts.Fatalf("%s is %v, want at most %v", args[1], v, most)
	}
}
