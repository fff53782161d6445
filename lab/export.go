package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/lab/page"
	"github.com/tacit-dev/tacit/plot"
)

// linked computes the page and the state that the path and ?state= name, to be
// exported.
func (s *Server) linked(r *http.Request) (*page.Page, *page.View, error) {
	p, err := s.find(r)
	if err != nil {
		return nil, nil, err
	}
	_, state, notes := page.ParseLink(r.URL.Query().Get("state"))
	limiter, limit := s.small, s.cfg.Limits.View
	if p.Long {
		limiter, limit = s.long, s.cfg.Limits.Stream
	}
	ctx, cancel := context.WithTimeout(r.Context(), limit)
	defer cancel()
	if err := limiter.acquire(ctx, client(r)); err != nil {
		return nil, nil, err
	}
	defer limiter.release()
	v, err := compute(ctx, p, page.Input{State: state, Data: s.data})
	if err != nil {
		return nil, nil, err
	}
	v.Notes = append(notes, v.Notes...)
	return p, v, nil
}

// figure answers with one figure of a page as a file, ID.svg or ID.png, in the
// colours of ?theme=.
func (s *Server) figure(w http.ResponseWriter, r *http.Request) error {
	file := r.PathValue("file")
	ext := path.Ext(file)
	if ext != ".svg" && ext != ".png" {
		return notFound("figures are .svg or .png, not %q", clip(file))
	}
	query := r.URL.Query()
	theme := plot.Light()
	switch query.Get("theme") {
	case "", "light":
	case "dark":
		theme = plot.Dark()
	default:
		return badState("theme %q: it is light or dark", clip(query.Get("theme")))
	}
	p, v, err := s.linked(r)
	if err != nil {
		return err
	}
	id := strings.TrimSuffix(file, ext)
	for k := range v.Figures {
		f := &v.Figures[k]
		if f.ID != id {
			continue
		}
		width, _ := strconv.ParseFloat(query.Get("width"), 64) // 0, the usual, if it cannot be read
		size := plot.Size{Width: page.ClampWidth(width)}
		var b bytes.Buffer
		kind := "image/svg+xml"
		if ext == ".svg" {
			err = f.WriteSVG(&b, plot.SVGOptions{Size: size, Theme: theme, ID: f.ID})
		} else {
			kind = "image/png"
			err = s.png(r.Context(), client(r), f.Figure, &b, plot.PNGOptions{Size: size, Theme: theme})
		}
		if err != nil {
			return err
		}
		s.sendFile(w, p.ID+"-"+file, kind, b.Bytes())
		return nil
	}
	return notFound("page %s shows no figure %q in this state", p.ID, clip(id))
}

// png draws pixels, which takes a share of the processors as a view does.
func (s *Server) png(ctx context.Context, client string, f *plot.Figure, b *bytes.Buffer, opt plot.PNGOptions) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Limits.View)
	defer cancel()
	if err := s.small.acquire(ctx, client); err != nil {
		return err
	}
	defer s.small.release()
	return f.WritePNG(b, opt)
}

// numbers answers with the arrays of a page, data.npz or data.json.
func (s *Server) numbers(w http.ResponseWriter, r *http.Request) error {
	file := r.PathValue("file")
	if file != "data.npz" && file != "data.json" {
		return notFound("a page has data.npz and data.json, not %q", clip(file))
	}
	p, v, err := s.linked(r)
	if err != nil {
		return err
	}
	if file == "data.json" {
		text, err := json.Marshal(exported(p, v, s.cfg.Version))
		if err != nil {
			return err
		}
		s.sendFile(w, p.ID+"-data.json", "application/json", append(text, '\n'))
		return nil
	}
	members := make([]dataio.Member, len(v.Arrays))
	for k, a := range v.Arrays {
		members[k] = dataio.Member{Name: a.Name, Values: dataio.Floats(a.Data, a.Shape...)}
	}
	var b bytes.Buffer
	if err := dataio.WriteNPZ(&b, members...); err != nil {
		return err
	}
	s.sendFile(w, p.ID+"-data.npz", "application/zip", b.Bytes())
	return nil
}

// sendFile answers with a file to be saved.
func (s *Server) sendFile(w http.ResponseWriter, name, kind string, content []byte) {
	w.Header().Set("Content-Disposition", `attachment; filename="`+safeName(name, "file")+`"`)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(s.cfg.Limits.Write)) // as in bounded
	writeText(w, http.StatusOK, kind, content)
}

// document is what data.json holds, schema tacit.lab-data/1.
type document struct {
	Schema  string          `json:"schema"`
	Version string          `json:"version"`
	Page    string          `json:"page"`
	Link    string          `json:"link"` // what restores the state behind # of the lab's address
	Summary string          `json:"summary"`
	Command []string        `json:"command"`
	Arrays  []documentArray `json:"arrays"`
}

// documentArray is an array by rows; numbers that are not finite are null.
type documentArray struct {
	Name  string     `json:"name"`
	Shape []int      `json:"shape"`
	Data  []*float64 `json:"data"`
	Why   string     `json:"data_why,omitempty"`
}

func exported(p *page.Page, v *page.View, version string) document {
	d := document{Schema: "tacit.lab-data/1", Version: version, Page: p.ID, Link: page.FormatLink(p, v.State),
		Summary: v.Summary, Command: v.Command, Arrays: make([]documentArray, len(v.Arrays))}
	for k, a := range v.Arrays {
		out := documentArray{Name: a.Name, Shape: a.Shape, Data: make([]*float64, len(a.Data))}
		for i := range a.Data {
			if math.IsNaN(a.Data[i]) || math.IsInf(a.Data[i], 0) {
				out.Why = "null where it is not a finite number"
				continue
			}
			out.Data[i] = &a.Data[i]
		}
		d.Arrays[k] = out
	}
	return d
}
