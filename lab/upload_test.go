package lab

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/dataio"
)

const problemCSV = "a1,a2,a3,b\n1,2,3,6\n0,1,1,2\n"

// form makes a multipart body; each part is field, file name ("" for a plain
// field), content.
func form(t testing.TB, parts ...string) (body, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k := 0; k < len(parts); k += 3 {
		if parts[k+1] == "" {
			if err := w.WriteField(parts[k], parts[k+2]); err != nil {
				t.Fatal(err)
			}
			continue
		}
		f, err := w.CreateFormFile(parts[k], parts[k+1])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(parts[k+2])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

type uploaded struct {
	Name       string
	Rows, Cols int
	Pages      bool
	Why        string `json:"pages_why"`
	Expires    time.Time
}

func decodeUpload(t testing.TB, r *http.Response) uploaded {
	t.Helper()
	body := text(t, r)
	var u uploaded
	if err := json.Unmarshal([]byte(body), &u); err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%d %v in %s", r.StatusCode, err, body)
	}
	return u
}

func TestUploadBecomesData(t *testing.T) {
	s := newServer(t, Config{})
	raw := decodeUpload(t, do(s, "POST", "/api/v1/data?name=p.csv&label=b", problemCSV, "Content-Type", "text/csv"))
	body, kind := form(t, "f", "A.csv", "1,2,3\n0,1,1\n", "g", "b.csv", "6\n2\n")
	two := decodeUpload(t, do(s, "POST", "/api/v1/data", body, "Content-Type", kind))
	body, kind = form(t, "x0", "start.csv", "1\n1\n1\n", "label", "", "b", "f", `C:\fake\p.csv`, problemCSV)
	three := decodeUpload(t, do(s, "POST", "/api/v1/data", body, "Content-Type", kind))
	for k, u := range []uploaded{raw, two, three} {
		if u.Rows != 2 || u.Cols != 3 || !u.Pages || !strings.HasPrefix(u.Name, "upload:") || time.Until(u.Expires) < 50*time.Minute {
			t.Errorf("%d: %+v", k, u)
		}
		d, err := s.data(u.Name)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(d.A, []float64{1, 2, 3, 0, 1, 1}) || !slices.Equal(d.B, []float64{6, 2}) || !slices.Equal(d.Labels, []float64{1, -1}) {
			t.Errorf("%d: %+v", k, d)
		}
	}
	u, err := s.problem(three.Name)
	if err != nil || len(u.files) != 2 || u.files[0].Name != "p.csv" || u.files[1].Name != "x0.csv" {
		t.Errorf("files %v, %v", u.files, err)
	}
	alone := decodeUpload(t, do(s, "POST", "/api/v1/data", "1,2\n3,4\n", "Content-Type", "text/csv"))
	if alone.Pages || alone.Why == "" || alone.Rows != 2 {
		t.Errorf("a matrix alone: %+v", alone)
	}
	var sensing bytes.Buffer
	if err := dataio.WriteNPZ(&sensing, dataio.Member{Name: "A", Values: dataio.Floats(make([]float64, 12), 3, 2, 2)}, dataio.Member{Name: "b", Values: dataio.Floats(make([]float64, 3))}); err != nil {
		t.Fatal(err)
	}
	about := decodeUpload(t, do(s, "POST", "/api/v1/data", sensing.String(), "Content-Type", "application/octet-stream"))
	if about.Pages || !strings.Contains(about.Why, "2×2 matrix") || !strings.Contains(about.Why, "tacit lowrank") {
		t.Errorf("measurements of a matrix: %+v", about)
	}
	refused(t, do(s, "POST", "/api/v1/pages/point/view", `{"state":{"data":"upload:none"}}`, "Content-Type", "text/plain"), 415, codeBadState)
	if _, err := s.data("upload:none"); asAPIError(err).code != codeNotFound {
		t.Errorf("unknown data: %v", err)
	}
}

// TestHostileUploadsAreRefused: what lies about its size, unpacks to more than there
// is, or is no file of numbers at all.
func TestHostileUploadsAreRefused(t *testing.T) {
	s := newServer(t, Config{Limits: Limits{Upload: 1 << 20, Memory: 4 << 20}})
	npy := func(shape string) []byte {
		h := fmt.Sprintf("{'descr': '<f8', 'fortran_order': False, 'shape': (%s), }\n", shape)
		b := append([]byte("\x93NUMPY\x01\x00"), 0, 0)
		binary.LittleEndian.PutUint16(b[8:], uint16(len(h)))
		return append(append(b, h...), make([]byte, 64)...)
	}
	var bomb bytes.Buffer
	g := gzip.NewWriter(&bomb)
	for range 1 << 11 {
		if _, err := g.Write(bytes.Repeat([]byte("0,1\n"), 1<<10)); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	f, err := z.Create("A.npy")
	if err != nil {
		t.Fatal(err)
	}
	big := npy("4000000,")
	if _, err := f.Write(big[:len(big)-64]); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if _, err := f.Write(make([]byte, 8e6)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		body   []byte
		status int
		code   string
	}{
		{"terabytes promised", npy("1000000, 1000000"), 400, codeBadState},
		{"an overflowing shape", npy("4294967296, 4294967296"), 400, codeBadState},
		{"a gzip bomb", bomb.Bytes(), 413, codeTooLarge},
		{"a zip bomb", zipped.Bytes(), 413, codeTooLarge},
		{"too many bytes", make([]byte, 2<<20), 413, codeTooLarge},
		{"not finite", []byte("1,nan\n2,3\n"), 400, codeBadState},
		{"a program", []byte("#!/bin/sh\nrm -rf /\n"), 400, codeBadState},
		{"HTML", []byte("<html><script>alert(1)</script></html>"), 400, codeBadState},
		{"half a market", []byte("%%MatrixMarket matrix coordinate real general\n1000000000 1000000000 1\n1 1 1\n"), 0, ""},
		{"an empty body", nil, 400, codeBadState},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := do(s, "POST", "/api/v1/data", string(c.body), "Content-Type", "application/octet-stream")
			if c.status == 0 { // a matrix of one entry: it may stand, it must not take memory
				text(t, r)
				return
			}
			refused(t, r, c.status, c.code)
		})
	}
	many, kind := form(t, "a", "1.csv", "1\n", "b", "2.csv", "1\n", "c", "3.csv", "1\n", "d", "4.csv", "1\n", "e", "5.csv", "1\n", "f", "6.csv", "1\n")
	refused(t, do(s, "POST", "/api/v1/data", many, "Content-Type", kind), 400, codeBadState)
	refused(t, do(s, "POST", "/api/v1/data", many[:60], "Content-Type", kind), 400, codeBadState)
	only, kind := form(t, "x0", "x0.csv", "1\n")
	refused(t, do(s, "POST", "/api/v1/data", only, "Content-Type", kind), 400, codeBadState)
	refused(t, do(s, "POST", "/api/v1/data?index_base=7", "1,2\n", "Content-Type", "text/csv"), 400, codeBadState)
	if s.store.held != 0 {
		t.Errorf("%d bytes are kept of what was refused", s.store.held)
	}
}

// TestUploadsLeaveNoFile: nothing of an upload is written to a disk, however large.
func TestUploadsLeaveNoFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	s := newServer(t, Config{})
	var rows strings.Builder
	for k := range 200_000 {
		fmt.Fprintf(&rows, "%d,%d,1\n", k, k*k)
	}
	body, kind := form(t, "A", "A.csv", rows.String(), "b", "b.csv", strings.Repeat("1\n", 200_000))
	if u := decodeUpload(t, do(s, "POST", "/api/v1/data", body, "Content-Type", kind)); u.Rows != 200_000 {
		t.Errorf("%+v", u)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v %v", left, err)
	}
	if _, err := os.Stat("A.csv"); err == nil {
		t.Error("A.csv was written")
	}
}

func TestSafeName(t *testing.T) {
	for given, want := range map[string]string{
		"A.npy": "A.npy", "": "data", "../../etc/passwd": "passwd", `C:\x\b.csv`: "b.csv", "--force": "force",
		"op:dct2:rows.npy:8": "op_dct2_rows.npy_8", ".": "data", "-": "data", "a b\n.csv": "a_b_.csv", "x0.npy": "x0.npy",
		strings.Repeat("a", 200) + ".npz": strings.Repeat("a", 56) + ".npz",
	} {
		if got := safeName(given, "data"); got != want {
			t.Errorf("%q becomes %q, want %q", given, got, want)
		}
	}
}

func TestStoreForgets(t *testing.T) {
	s := newStore(time.Hour, 100)
	now := time.Unix(0, 0)
	s.now = func() time.Time { return now }
	put := func(owner string, size int64) string {
		t.Helper()
		now = now.Add(time.Minute)
		name, _, err := s.put("upload", owner, size, owner)
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	has := func(name string) bool { _, ok := s.get(name); return ok }
	a1, a2 := put("a", 20), put("a", 20)
	now = now.Add(time.Minute)
	if !has(a1) { // a1 is used after a2
		t.Fatal("lost")
	}
	a3 := put("a", 25) // beyond the share of a
	if has(a2) || !has(a1) || !has(a3) {
		t.Error("not the oldest of the owner went")
	}
	if _, _, err := s.put("upload", "a", 51, nil); asAPIError(err).code != codeTooLarge {
		t.Errorf("more than a share: %v", err)
	}
	b := put("b", 40)
	if _, _, err := s.put("upload", "c", 30, nil); asAPIError(err).code != codeBusy || !has(b) || !has(a1) {
		t.Errorf("others' data in the way: %v", err)
	}
	now = now.Add(2 * time.Hour)
	if has(a1) || has(b) || s.held != 0 || len(s.items) != 0 {
		t.Errorf("kept too long: %+v", s.items)
	}
}

// echo is a command that says how it was called.
func echo(_ context.Context, job Job) Outcome {
	text, _ := json.Marshal(map[string]any{"schema": "tacit.result/1", "args": job.Args})
	return Outcome{Document: append(text, '\n'), Files: map[string][]byte{"x.npy": []byte("x")}, Messages: "tacit: a note\n"}
}

func TestSolveAsksTheCommand(t *testing.T) {
	s := newServer(t, Config{Command: echo})
	u := decodeUpload(t, do(s, "POST", "/api/v1/data?name=p.csv&label=b", problemCSV, "Content-Type", "text/csv"))
	r := do(s, "POST", "/api/v1/solve", `{"command":"sparse","data":"`+u.Name+`","flags":{"nonneg":true,"alpha":"1e-3000","tol":1e-8}}`)
	var got struct {
		ID       string
		Schema   string
		Messages []string
		Args     []string
	}
	body := text(t, r)
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	want := "sparse p.csv --alpha=1e-3000 --nonneg=true --tol=1e-08 --max-time=4m30s --label=b -o result --json --values"
	if strings.Join(got.Args, " ") != want || got.Schema != "tacit.result/1" || !slices.Equal(got.Messages, []string{"a note"}) {
		t.Errorf("%s\nwant %s", body, want)
	}
	z := do(s, "GET", "/api/v1/solve/"+got.ID+"/files.zip", "")
	zr, err := zip.NewReader(strings.NewReader(text(t, z)), z.ContentLength)
	if z.ContentLength < 0 {
		b := text(t, do(s, "GET", "/api/v1/solve/"+got.ID+"/files.zip", ""))
		zr, err = zip.NewReader(strings.NewReader(b), int64(len(b)))
	}
	if err != nil || zr.File[0].Name != "result/x.npy" {
		t.Errorf("%v %v", zr, err)
	}
	refused(t, do(s, "GET", "/api/v1/solve/"+u.Name+"/files.zip", ""), 404, codeNotFound)
	refused(t, do(s, "GET", "/api/v1/solve/solve:none/files.zip", ""), 404, codeNotFound)
	if _, err := s.problem(got.ID); err == nil {
		t.Error("a result passes for data")
	}
}

// TestSolveTellsItsProgress: each event is one line of data, whatever the document
// looks like.
func TestSolveTellsItsProgress(t *testing.T) {
	s := newServer(t, Config{Files: []File{{"p.csv", []byte(problemCSV)}}, Reading: Reading{Label: "b"},
		Command: func(_ context.Context, job Job) Outcome {
			job.Progress("step 1")
			return Outcome{Document: []byte("{\n  \"schema\": \"tacit.result/1\",\n  \"rows\": 2\n}\n")}
		}})
	r := do(s, "POST", "/api/v1/solve", `{"command":"sparse","data":"file"}`, "Accept", "text/event-stream")
	body := text(t, r)
	for _, want := range []string{"event: progress\ndata: {\"text\":\"step 1\"}\n\n", "event: result\ndata: {\"id\":\"solve:", "\"rows\":2}\n\nevent: end\n"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %q", want, body)
		}
	}
}

func TestSolveRefuses(t *testing.T) {
	s := newServer(t, Config{Command: echo})
	u := decodeUpload(t, do(s, "POST", "/api/v1/data?name=p.csv&label=b", problemCSV, "Content-Type", "text/csv"))
	for name, body := range map[string]string{
		"another command":      `{"command":"sweep","data":"NAME"}`,
		"a flag of others":     `{"command":"minnorm","data":"NAME","flags":{"nonneg":true}}`,
		"writing elsewhere":    `{"command":"sparse","data":"NAME","flags":{"output":"/tmp/x"}}`,
		"threads":              `{"command":"sparse","data":"NAME","flags":{"threads":64}}`,
		"a list":               `{"command":"sparse","data":"NAME","flags":{"tol":[1]}}`,
		"a text with a line":   `{"command":"sparse","data":"NAME","flags":{"alpha":"1\n2"}}`,
		"a text of many bytes": `{"command":"sparse","data":"NAME","flags":{"alpha":"` + strings.Repeat("1", 300) + `"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, do(s, "POST", "/api/v1/solve", strings.ReplaceAll(body, "NAME", u.Name)), 400, codeBadState)
		})
	}
	refused(t, do(s, "POST", "/api/v1/solve", `{"command":"sparse","data":"upload:none"}`), 404, codeNotFound)
	refused(t, do(s, "POST", "/api/v1/solve", `{"command":"sparse","data":"file"}`), 404, codeNotFound)
	for code, want := range map[int]string{1: codeInternal, 2: codeBadState, 5: codeTimeout, 130: codeTimeout} {
		s.cfg.Command = func(context.Context, Job) Outcome {
			return Outcome{Code: code, Messages: "tacit: error: A.csv: why\ntacit: hint: do this\n"}
		}
		r := do(s, "POST", "/api/v1/solve", `{"command":"sparse","data":"`+u.Name+`"}`)
		if m := refused(t, r, r.StatusCode, want); code == 2 && m != "A.csv: why; do this" {
			t.Error(m)
		}
	}
}

// TestReadOnlyLooksOnly is a server for a class.
func TestReadOnlyLooksOnly(t *testing.T) {
	s := newServer(t, Config{ReadOnly: true, Command: echo, Files: []File{{"p.csv", []byte(problemCSV)}}, Reading: Reading{Label: "b"}})
	refused(t, do(s, "POST", "/api/v1/data", problemCSV, "Content-Type", "text/csv"), 403, codeForbidden)
	refused(t, do(s, "POST", "/api/v1/solve", `{"command":"sparse","data":"file"}`), 403, codeForbidden)
	refused(t, do(s, "POST", "/api/v1/verify", `{"data":"file"}`), 403, codeForbidden)
	if r := do(s, "POST", "/api/v1/pages/point/view", `{}`); r.StatusCode != http.StatusOK {
		t.Errorf("%d", r.StatusCode)
	}
	if d, err := s.data("file"); err != nil || d.Name != "p.csv" {
		t.Errorf("%v %v", d, err)
	}
}

// TestVerifyTakesWhatWasChanged: the vectors of the document stand in the place of
// those that were kept, and the others remain.
func TestVerifyTakesWhatWasChanged(t *testing.T) {
	s := newServer(t, Config{})
	files := map[string][]byte{"certificate.json": []byte(`{"kept":1}`), "other.npy": []byte("o")}
	for _, name := range []string{"x.npy", "y.npy"} {
		if err := writeVector(files, name, []float64{1, 2, 3, 4}, []int{2, 2}); err != nil {
			t.Fatal(err)
		}
	}
	id, _, err := s.store.put("solve", "me", 1, files)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.resultFiles(json.RawMessage(`{"id":"` + id + `","x":[1,2,3,5]}`))
	if err != nil {
		t.Fatal(err)
	}
	f, err := dataio.Load("result/x.npy", dataio.LoadOptions{Files: got})
	if err != nil {
		t.Fatal(err)
	}
	a, err := f.Array("")
	if err != nil || !slices.Equal(a.Data, []float64{1, 2, 3, 5}) || !slices.Equal(a.Shape, []int{2, 2}) {
		t.Errorf("%+v %v", a, err)
	}
	if string(got["result/other.npy"]) != "o" || string(got["result/certificate.json"]) != `{"kept":1}` || !bytes.Equal(got["result/y.npy"], files["y.npy"]) {
		t.Error("what was not changed is not the same")
	}
	for _, bad := range []string{`{"id":"` + id + `","x":[1,2]}`, `{"x":[1]}`, `{"certificate":{"seal":1}}`, `[]`, `7`} {
		if _, err := s.resultFiles(json.RawMessage(bad)); asAPIError(err).code != codeBadState {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
