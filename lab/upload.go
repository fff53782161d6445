package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/lab/page"
	"github.com/tacit-dev/tacit/linop"
)

const (
	mostFiles   = 5       // of one upload: A, b, weights, x0, K
	longestName = 60      // bytes of the name of a file
	pageEntries = 1 << 20 // of A, up to which pages take it
	inspectable = 1 << 24 // bytes of a file, up to which an upload is looked at
)

// File is a file by its name, without a directory.
type File struct {
	Name    string
	Content []byte
}

// Reading says how files are to be understood, as the flags of the same names.
type Reading struct {
	Label     string // the column of a table that is b
	Transpose bool   // the file of A holds Aᵀ
	ZeroBased bool   // LIBSVM indices count from 0
}

// upload is a problem that a user brought: its files, as they came.
type upload struct {
	files   []File // A, and where they are there b and others
	reading Reading
	rows    int
	cols    int
	data    *page.Data // nil if pages cannot use it
	why     string     // why not
}

// newUpload reads files: the first is A, or holds the whole problem; the second,
// if there is one, is b.
func newUpload(files []File, reading Reading, limit int64) (*upload, error) {
	u := &upload{files: files, reading: reading}
	opt := dataio.ProblemOptions{
		LoadOptions: dataio.LoadOptions{Files: u.byName(), Limit: limit, ZeroBased: reading.ZeroBased},
		Transpose:   reading.Transpose, Label: reading.Label,
	}
	paths := u.paths()
	second := ""
	if len(paths) > 1 {
		second = paths[1]
	}
	p, err := dataio.LoadProblem(paths[0], second, opt)
	if err != nil {
		// It may still be a matrix alone, to be looked at, or a problem about one.
		op, in, alone := dataio.LoadMatrix(paths[0], "A", opt.LoadOptions)
		if alone == nil {
			u.rows, u.cols = op.Dims()
			alone = in.Close()
		} else if m, of := dataio.LoadMatrixProblem(paths[0], false, opt.LoadOptions); of == nil {
			u.rows, u.cols = m.A.Dims()
			u.why = fmt.Sprintf("the unknown is a %d×%d matrix, and pages take a vector: solve it here or with `tacit lowrank`", m.P, m.Q)
			alone = m.Input.Close()
		}
		if alone != nil {
			return nil, unreadable(err, alone)
		}
		if u.why == "" {
			u.why = err.Error()
		}
		return u, nil
	}
	defer p.Close()
	u.rows, u.cols = p.A.Dims()
	if u.rows*u.cols > pageEntries {
		u.why = fmt.Sprintf("A has %d×%d entries and pages take %d: solve it here or on the command line, and look at a part of it on the pages", u.rows, u.cols, pageEntries)
		return u, nil
	}
	u.data = &page.Data{Name: strings.Join(paths, " "), Rows: u.rows, Cols: u.cols, A: byRows(p.A), B: p.B}
	u.data.Labels = labels(p.B)
	if in := p.Inputs["A"]; u.data.Labels != nil && in.Format == dataio.SVMLight {
		u.data.B = nil
	}
	return u, nil
}

// points reports that the file holds labelled points: two labels, and rows that are as
// LIBSVM has them.
func (u *upload) points() bool { return u.data != nil && u.data.Labels != nil && u.data.B == nil }

// unreadable is what a file is at fault for, read as a problem or as a matrix.
func unreadable(err, alone error) error {
	var big *dataio.LimitError
	if errors.As(err, &big) || errors.As(alone, &big) {
		return tooLarge("%v", big)
	}
	return badState("%v", err)
}

// byRows returns the entries of a by rows.
func byRows(a linop.Operator) []float64 {
	n, m := a.Dims()
	all := make([]int, m)
	for j := range all {
		all[j] = j
	}
	cols := make([]float64, n*m)
	linop.Columns(a, cols, all)
	rows := make([]float64, n*m)
	for j := range m {
		for i := range n {
			rows[i*m+j] = cols[j*n+i]
		}
	}
	return rows
}

// labels maps two values to −1 and +1; nil if there are not two.
func labels(b []float64) []float64 {
	if len(b) < 2 {
		return nil
	}
	low, high := slices.Min(b), slices.Max(b)
	out := make([]float64, len(b))
	for k, v := range b {
		switch v {
		case low:
			out[k] = -1
		case high:
			out[k] = 1
		default:
			return nil
		}
	}
	if low == high {
		return nil
	}
	return out
}

func (u *upload) byName() map[string][]byte {
	m := make(map[string][]byte, len(u.files))
	for _, f := range u.files {
		m[f.Name] = f.Content
	}
	return m
}

// paths are A and, if it is a file of its own, b.
func (u *upload) paths() []string {
	var out []string
	for k, f := range u.files {
		if k < 2 && rank(f.Name) == 0 {
			out = append(out, f.Name)
		}
	}
	return out
}

// flags are the words of the command line that read the files as they were read.
func (u *upload) flags() []string {
	var out []string
	if u.reading.Label != "" {
		out = append(out, "--label="+u.reading.Label)
	}
	if u.reading.Transpose {
		out = append(out, "--transpose")
	}
	if u.reading.ZeroBased {
		out = append(out, "--index-base=0")
	}
	return out
}

func (u *upload) size() int64 {
	var size int64
	for _, f := range u.files {
		size += int64(len(f.Content))
	}
	if u.data != nil {
		size += 8 * int64(len(u.data.A)+2*len(u.data.B))
	}
	return size
}

// upload takes the files of a problem.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) error {
	if s.cfg.ReadOnly {
		return forbidden("this server is for looking: it takes no data; run `tacit lab` on your own machine for yours")
	}
	files, reading, err := received(r)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Limits.Stream)
	defer cancel()
	if err := s.long.acquire(ctx, client(r)); err != nil {
		return err
	}
	defer s.long.release()
	u, err := newUpload(files, reading, s.cfg.Limits.Memory)
	if err != nil {
		return err
	}
	found, err := s.inspect(ctx, u)
	if err != nil {
		return err
	}
	name, expires, err := s.store.put("upload", client(r), u.size(), u)
	if err != nil {
		return err
	}
	s.sendJSON(w, struct {
		Name    string          `json:"name"`
		Rows    int             `json:"rows"`
		Cols    int             `json:"cols"`
		Pages   bool            `json:"pages"` // whether pages can use it
		Why     string          `json:"pages_why,omitempty"`
		Points  bool            `json:"points"` // labelled points and no equations
		Inspect json.RawMessage `json:"inspect"`
		Expires time.Time       `json:"expires"` // unless it is used
	}{name, u.rows, u.cols, u.data != nil, u.why, u.points(), found, expires.UTC().Truncate(time.Second)})
	return nil
}

// inspect is what `tacit inspect --json` says of the files; null where there is no
// command line, or too much to look at.
func (s *Server) inspect(ctx context.Context, u *upload) (json.RawMessage, error) {
	null := json.RawMessage("null")
	if s.cfg.Command == nil {
		return null, nil
	}
	args := []string{"inspect", "--json"}
	if u.reading.Transpose {
		args = append(args, "--transpose")
	}
	for _, f := range u.files {
		if len(f.Content) > inspectable {
			return null, nil
		}
		args = append(args, f.Name)
	}
	out := s.cfg.Command(ctx, Job{Args: args, Files: u.byName(), Limit: s.cfg.Limits.Memory})
	if err := out.failure(); err != nil {
		return nil, err
	}
	return out.Document, nil
}

// received reads the files of a request: the parts of a form, or the body as one
// file that ?name= names. Nothing of it is written to a disk.
func received(r *http.Request) ([]File, Reading, error) {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		query := r.URL.Query()
		content, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, Reading{}, bodyError(err)
		}
		if len(content) == 0 {
			return nil, Reading{}, badState("the body of the request is empty: it has to be the file")
		}
		reading, err := readingOf(query)
		return []File{{safeName(query.Get("name"), "data"), content}}, reading, err
	}
	return receivedForm(multipart.NewReader(r.Body, parameters["boundary"]))
}

func bodyError(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return tooLarge("the files are larger than the %d MB that this server takes: use the command line", large.Limit>>20)
	}
	return badState("the body of the request ended early: send it again")
}

// extras are the fields of a form whose files go with a problem, and the names that
// these files are given.
var extras = []string{"weights", "x0", "K"}

// receivedForm reads the parts of a form: the file of A, perhaps that of b, extras,
// and the fields of Reading.
func receivedForm(form *multipart.Reader) ([]File, Reading, error) {
	var files []File
	settings := url.Values{}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, Reading{}, bodyError(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, Reading{}, bodyError(err)
		}
		if part.FileName() == "" {
			settings.Set(part.FormName(), string(content))
			continue
		}
		if len(files) == mostFiles {
			return nil, Reading{}, badState("a problem has at most %d files", mostFiles)
		}
		name := safeName(part.FileName(), "data")
		if role := part.FormName(); slices.Contains(extras, role) {
			name = role + path.Ext(name)
		}
		if slices.ContainsFunc(files, func(f File) bool { return f.Name == name }) {
			name = strconv.Itoa(len(files)) + "-" + name
		}
		files = append(files, File{name, content})
	}
	slices.SortStableFunc(files, func(a, b File) int { return rank(a.Name) - rank(b.Name) })
	if len(files) == 0 || rank(files[0].Name) > 0 {
		return nil, Reading{}, badState("the form has no file of A")
	}
	reading, err := readingOf(settings)
	return files, reading, err
}

// rank sorts the files that go with a problem behind it: 0 for A and b.
func rank(name string) int {
	return slices.Index(extras, strings.TrimSuffix(name, path.Ext(name))) + 1
}

func readingOf(v url.Values) (Reading, error) {
	r := Reading{Label: v.Get("label"), Transpose: v.Get("transpose") == "1" || v.Get("transpose") == "true"}
	if len(r.Label) > longestFlag {
		return r, badState("the name of the label has %d bytes: at most %d are read", len(r.Label), longestFlag)
	}
	switch v.Get("index_base") {
	case "", "1":
	case "0":
		r.ZeroBased = true
	default:
		return r, badState("index_base %q: it is 0 or 1", clip(v.Get("index_base")))
	}
	return r, nil
}

// safeName is a name of a file that is nothing else on a command line or in an
// archive: no directory, no flag, no operator.
func safeName(name, usual string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	clean := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == '_':
			return c
		}
		return '_'
	}, strings.ToValidUTF8(name, "_"))
	if clean = strings.TrimLeft(clean, ".-"); clean == "" {
		return usual
	}
	if len(clean) > longestName {
		ext := path.Ext(clean)
		ext = ext[:min(len(ext), 10)]
		clean = clean[:longestName-len(ext)] + ext
	}
	return clean
}
