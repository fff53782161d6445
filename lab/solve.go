package lab

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/dataio"
)

// resultDir is the directory that commands write to, in memory.
const resultDir = "result"

// find data by its name.
func (s *Server) problem(name string) (*upload, error) {
	if name == "file" && s.file != nil {
		return s.file, nil
	}
	if v, ok := s.store.get(name); ok {
		if u, ok := v.(*upload); ok {
			return u, nil
		}
	}
	return nil, notFound("there is no data %q, or no longer: upload it again", clip(name))
}

// needCommand refuses where answers are not given.
func (s *Server) needCommand() error {
	switch {
	case s.cfg.ReadOnly:
		return forbidden("this server is for looking: it solves nothing; run `tacit lab` on your own machine")
	case s.cfg.Command == nil:
		return forbidden("this server has no command line behind it")
	}
	return nil
}

// solve answers a problem with the command that is asked for. Who accepts an event
// stream is told of the progress, and ends the work by closing it.
func (s *Server) solve(w http.ResponseWriter, r *http.Request) error {
	if err := s.needCommand(); err != nil {
		return err
	}
	var ask struct {
		Command string         `json:"command"`
		Data    string         `json:"data"`
		Flags   map[string]any `json:"flags"`
	}
	if err := readJSON(r, &ask); err != nil {
		return err
	}
	args, err := commandLine(ask.Command, ask.Flags)
	if err != nil {
		return err
	}
	u, err := s.problem(ask.Data)
	if err != nil {
		return err
	}
	if _, given := ask.Flags["max-time"]; !given { // what there is at its end is an answer too
		args = append(args, "--max-time="+(s.cfg.Limits.Stream*9/10).String())
	}
	if ask.Command != "lowrank" {
		args = append(args, u.flags()...)
	}
	args = slices.Insert(args, 1, u.paths()...)
	job := Job{Args: append(args, "-o", resultDir, "--json", "--values"), Files: u.byName(), Limit: s.cfg.Limits.Memory}
	if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		return s.solveStreamed(w, r, job)
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Limits.Stream)
	defer cancel()
	text, err := s.answer(ctx, client(r), job)
	if err != nil {
		return err
	}
	s.send(w, "application/json", text)
	return nil
}

func (s *Server) solveStreamed(w http.ResponseWriter, r *http.Request, job Job) error {
	e, ctx, done := s.begin(w, r)
	defer done()
	var last time.Time
	job.Progress = func(line string) {
		if now := time.Now(); now.Sub(last) >= progressPause {
			last = now
			e.sendJSON("progress", struct {
				Text string `json:"text"`
			}{line})
		}
	}
	text, err := s.answer(ctx, client(r), job)
	if err != nil {
		s.logged(err)
		e.fail(err)
		return nil
	}
	e.send("result", text)
	e.send("end", []byte("{}"))
	return nil
}

// answer runs job when it is the client's turn, keeps its files, and returns the
// document of the result with what the API adds to it in front.
func (s *Server) answer(ctx context.Context, client string, job Job) ([]byte, error) {
	if err := s.long.acquire(ctx, client); err != nil {
		return nil, err
	}
	defer s.long.release()
	out := s.cfg.Command(ctx, job)
	if err := out.failure(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil && out.Code == 130 {
		return nil, err // nobody waits for it
	}
	var size int64
	for _, f := range out.Files {
		size += int64(len(f))
	}
	id, _, err := s.store.put("solve", client, size, out.Files)
	if err != nil {
		return nil, err
	}
	certificate := out.Files["certificate.json"]
	if certificate == nil {
		certificate = []byte("null")
	}
	head, err := json.Marshal(struct {
		ID          string          `json:"id"`
		ExitCode    int             `json:"exit_code"`
		Messages    []string        `json:"messages"`
		Certificate json.RawMessage `json:"certificate"`
	}{id, out.Code, out.notes(), certificate})
	if err != nil {
		return nil, err
	}
	var all bytes.Buffer // on one line, as events need it
	if err := json.Compact(&all, out.Document); err != nil {
		return nil, err
	}
	return append(append(head[:len(head)-1], ','), all.Bytes()[1:]...), nil
}

// archive answers with the files of a result, as -o writes them.
func (s *Server) archive(w http.ResponseWriter, r *http.Request) error {
	v, _ := s.store.get(r.PathValue("id"))
	files, ok := v.(map[string][]byte)
	if !ok {
		return notFound("there is no result %q, or no longer: solve again", clip(r.PathValue("id")))
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := z.Create(resultDir + "/" + name)
		if err == nil {
			_, err = f.Write(files[name])
		}
		if err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="result.zip"`)
	s.send(w, "application/zip", b.Bytes())
	return nil
}

// verify checks a result, as the API returned it or changed, against data with the
// code of `tacit verify`.
func (s *Server) verify(w http.ResponseWriter, r *http.Request) error {
	if err := s.needCommand(); err != nil {
		return err
	}
	var ask struct {
		Data   string          `json:"data"`
		Result json.RawMessage `json:"result"`
		Exact  bool            `json:"exact"`
	}
	if err := readJSON(r, &ask); err != nil {
		return err
	}
	u, err := s.problem(ask.Data)
	if err != nil {
		return err
	}
	files, err := s.resultFiles(ask.Result)
	if err != nil {
		return err
	}
	for name, content := range u.byName() {
		files[name] = content
	}
	args := append([]string{"verify", resultDir}, u.paths()...)
	args = append(append(args, u.flags()...), "--json", "--exact="+strconv.FormatBool(ask.Exact))
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Limits.Stream)
	defer cancel()
	if err := s.long.acquire(ctx, client(r)); err != nil {
		return err
	}
	defer s.long.release()
	out := s.cfg.Command(ctx, Job{Args: args, Files: files, Limit: s.cfg.Limits.Memory})
	if err := out.failure(); err != nil {
		return err
	}
	s.send(w, "application/json", out.Document)
	return nil
}

// resultFiles makes the files of a result out of its document: the vectors and the
// certificate that it holds, and those that are kept for its id.
func (s *Server) resultFiles(document json.RawMessage) (map[string][]byte, error) {
	var d struct {
		ID          string          `json:"id"`
		Certificate json.RawMessage `json:"certificate"`
		X           []float64       `json:"x"`
		Y           []float64       `json:"y"`
	}
	if err := json.Unmarshal(document, &d); err != nil {
		return nil, badState("the result is not the document that /solve returns: %v", err)
	}
	files := make(map[string][]byte)
	if v, ok := s.store.get(d.ID); ok {
		if kept, ok := v.(map[string][]byte); ok {
			for name, content := range kept {
				files[resultDir+"/"+name] = content
			}
		}
	}
	if len(d.Certificate) > 0 && string(d.Certificate) != "null" {
		// A script has written its numbers in its own way, and the seal is over ours.
		c, err := certify.Decode(d.Certificate)
		if err != nil {
			return nil, badState("the certificate of the result cannot be read: %v", err)
		}
		if files[resultDir+"/certificate.json"], err = c.Encode(); err != nil {
			return nil, badState("the certificate of the result cannot be read: %v", err)
		}
	}
	if files[resultDir+"/certificate.json"] == nil {
		return nil, badState("the result has no certificate, so there is nothing to verify")
	}
	files[resultDir+"/"+dataio.ResultName] = document
	shape := func(name string, v []float64) error {
		if v == nil {
			return nil
		}
		if old := files[resultDir+"/"+name]; old != nil {
			return s.replace(files, resultDir+"/"+name, v)
		}
		return writeVector(files, resultDir+"/"+name, v, []int{len(v)})
	}
	return files, errors.Join(shape("x.npy", d.X), shape("y.npy", d.Y))
}

// replace writes v in the shape of the array that is there.
func (s *Server) replace(files map[string][]byte, name string, v []float64) error {
	opt := dataio.LoadOptions{Files: files, Limit: s.cfg.Limits.Memory}
	f, err := dataio.Load(name, opt)
	if err != nil {
		return err
	}
	a, err := f.Array("")
	if err != nil {
		return err
	}
	if len(a.Data) != len(v) {
		return badState("%s has %d numbers, and the result has %d", name, len(a.Data), len(v))
	}
	return writeVector(files, name, v, a.Shape)
}

func writeVector(files map[string][]byte, name string, v []float64, shape []int) error {
	var b bytes.Buffer
	if err := dataio.WriteNPY(&b, dataio.Floats(v, shape...)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	files[name] = b.Bytes()
	return nil
}
