package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/lab"
)

// labServer is the lab as the command starts it, without its port.
func labServer(t *testing.T) *httptest.Server {
	t.Helper()
	s, err := lab.New(lab.Config{Version: version, Command: sandboxed})
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return h
}

// ask sends a request and returns the answer as a document.
func ask(t *testing.T, h *httptest.Server, path, kind string, body any) (int, map[string]any) {
	t.Helper()
	text, ok := body.(string)
	if !ok {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		text = string(b)
	}
	r, err := http.Post(h.URL+"/api/v1/"+path, kind, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	var d map[string]any
	if err := json.NewDecoder(r.Body).Decode(&d); err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, d
}

// TestLabAnswersAsTheCommandDoes: upload, solve, download, verify, in the lab and by
// the command; a digit that is changed is found out.
func TestLabAnswersAsTheCommandDoes(t *testing.T) {
	const problem = "a1,a2,a3,a4,b\n1,2,0.5,1,2\n0,1,3,-1,1\n"
	h := labServer(t)
	code, up := ask(t, h, "data?name=p.csv&label=b", "text/csv", problem)
	if code != 200 || up["rows"] != 2.0 || up["inspect"].(map[string]any)["schema"] != "tacit.inspection/1" {
		t.Fatalf("%d %v", code, up)
	}
	code, got := ask(t, h, "solve", "application/json", map[string]any{"command": "sparse", "data": up["name"], "flags": map[string]any{"nonneg": true}})
	if code != 200 || got["status"] != "certified" || got["exit_code"] != 0.0 || got["schema"] != "tacit.result/1" {
		t.Fatalf("%d %v", code, got)
	}

	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("p.csv", []byte(problem), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), []string{"sparse", "p.csv", "--label", "b", "--nonneg", "-o", "own", "--json", "--values"}, nil, &stdout, &stderr); code != 0 {
		t.Fatalf("%d %s", code, &stderr)
	}
	var own map[string]any
	if err := json.Unmarshal(stdout.Bytes(), &own); err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"objective", "bound", "gap", "residual", "support", "unique", "x", "y", "input", "files"} {
		a, _ := json.Marshal(got[field])
		b, _ := json.Marshal(own[field])
		if string(a) != string(b) {
			t.Errorf("%s: the lab says %s, the command %s", field, a, b)
		}
	}

	// What is downloaded is what -o writes, and verifies beside the data.
	r, err := http.Get(h.URL + "/api/v1/solve/" + got["id"].(string) + "/files.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	content, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, z); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"x.npy", "y.npy", "certificate.json"} {
		a, err := os.ReadFile(filepath.Join("own", name))
		if err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(filepath.Join("result", name)); err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs (%v)", name, err)
		}
	}
	stdout.Reset()
	if code := run(context.Background(), []string{"verify", "result"}, nil, &stdout, &stderr); code != 0 {
		t.Errorf("verify of the download: %d %s%s", code, &stdout, &stderr)
	}

	for _, exact := range []bool{false, true} {
		code, verdict := ask(t, h, "verify", "application/json", map[string]any{"result": got, "data": up["name"], "exact": exact})
		if code != 200 || verdict["valid"] != true || verdict["schema"] != "tacit.verdict/1" {
			t.Errorf("%d %v", code, verdict)
		}
	}
	x := got["x"].([]any)
	x[0] = x[0].(float64) + 1e-6
	if code, verdict := ask(t, h, "verify", "application/json", map[string]any{"result": got, "data": up["name"]}); code != 200 || verdict["valid"] != false {
		t.Errorf("a changed digit: %d %v", code, verdict)
	}
}

// TestLabSolvesFromMemoryOnly: a name of a file on the disk is no way to it.
func TestLabSolvesFromMemoryOnly(t *testing.T) {
	h := labServer(t)
	k := filepath.Join(t.TempDir(), "k.csv")
	if err := os.WriteFile(k, []byte("1\n1\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, up := ask(t, h, "data?name=p.csv&label=b", "text/csv", "a,b\n1,2\n")
	for _, flags := range []map[string]any{{"geometry": "mahalanobis:" + k}, {"geometry": "entropy", "from": k}, {"geometry": "entropy", "from": "-"}} {
		code, d := ask(t, h, "solve", "application/json", map[string]any{"command": "nearest", "data": up["name"], "flags": flags})
		if message, _ := d["error"].(map[string]any)["message"].(string); code != 400 || !strings.Contains(message, "not among the files") {
			t.Errorf("%v: %d %v", flags, code, d)
		}
	}
	if out := sandboxed(context.Background(), lab.Job{Args: []string{"version"}}); out.Code != exitUsage {
		t.Errorf("another command ran: %+v", out)
	}
	if out := sandboxed(context.Background(), lab.Job{Args: []string{"inspect", k}}); out.Code != exitUsage {
		t.Errorf("without files the disk is read: %+v", out)
	}
	for _, args := range [][]string{{"minnorm", "A.npy", "b.npy", "--engine", "mpi"}, {"verify", ".", "--engine", "mpi"}, {"minnorm", "A.npy", "b.npy", "-o", t.TempDir(), "--resume"}} {
		if out := sandboxed(context.Background(), lab.Job{Args: args}); out.Code != exitUsage || !strings.Contains(out.Messages, "for the command line") {
			t.Errorf("%v: %+v", args, out)
		}
	}
}

// printed is what a command prints while it runs.
type printed chan string

func (l printed) Write(b []byte) (int, error) {
	l <- string(b)
	return len(b), nil
}

// TestLabCommand: the link is printed when it can be opened, a token is part of it
// where others can reach the server, and the end of the context ends it.
func TestLabCommand(t *testing.T) {
	t.Setenv(tokenVariable, "")
	for _, c := range []struct {
		addr string
		want string
	}{
		{"127.0.0.1:0", `^the lab is at (http://127\.0\.0\.1:\d+/)\n$`},
		{"0.0.0.0:0", `^the lab is open to other machines at (http://[^/]+:\d+/\?token=[a-z2-7]{26})\n$`},
	} {
		ctx, cancel := context.WithCancel(context.Background())
		out := make(printed, 10)
		var stderr bytes.Buffer
		ended := make(chan int, 1)
		go func() { ended <- run(ctx, []string{"lab", "--addr", c.addr, "--quiet"}, nil, out, &stderr) }()
		var said string
		select {
		case said = <-out:
		case code := <-ended:
			t.Fatalf("ended with %d: %s", code, &stderr)
		case <-time.After(20 * time.Second):
			t.Fatal("it does not start")
		}
		m := regexp.MustCompile(c.want).FindStringSubmatch(said)
		if m == nil {
			t.Fatalf("%q", said)
		}
		link := regexp.MustCompile(`//[^/:]+:`).ReplaceAllString(m[1], "//127.0.0.1:")
		jar := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		r, err := jar.Get(link)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		if want := map[bool]int{true: 303, false: 200}[strings.Contains(link, "token")]; r.StatusCode != want {
			t.Errorf("%s: %d", link, r.StatusCode)
		}
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("ended with %d: %s", code, &stderr)
		}
	}
}
