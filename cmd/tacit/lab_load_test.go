package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/dataio"
)

var loadFor = flag.Duration("load", time.Second, "how long TestLabLoad lasts; from 10s on its problems are as large as those of docs/benchmarks.md")

// TestLabLoad is a class: 50 users who drag a point of the page of the plane, about
// twice a second each, and 4 who solve problems all the time. None of them may be
// refused, and nothing may be left of them. It prints how long the answers took:
//
//	go test -c -o lab.test ./cmd/tacit && ./lab.test -test.run TestLabLoad -test.v -load 1m
func TestLabLoad(t *testing.T) {
	h := labServer(t)
	rows, cols := 40, 200
	if *loadFor >= 10*time.Second {
		rows, cols = 300, 3000
	}
	data := hardProblem(t, h, rows, cols)
	before := runtime.NumGoroutine()
	heap := heapInUse()
	ctx, cancel := context.WithTimeout(context.Background(), *loadFor)
	defer cancel()

	var mu sync.Mutex
	var waits []time.Duration
	var peak uint64
	solves := 0
	var all sync.WaitGroup
	for user := range 50 {
		all.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(user)))
			c := &http.Client{Transport: &http.Transport{}}
			defer c.CloseIdleConnections()
			pause := func(most int) {
				select {
				case <-ctx.Done():
				case <-time.After(time.Duration(r.IntN(most)) * time.Millisecond):
				}
			}
			pause(1000) // they do not come at one moment
			for ctx.Err() == nil {
				body := fmt.Sprintf(`{"state":{"x":"%.3f","y":"%.3f"},"width":720}`, 0.1+r.Float64(), 0.1+r.Float64())
				begin := time.Now()
				status, err := send(ctx, c, h, "pages/flow/view", body, nil)
				wait := time.Since(begin)
				if ctx.Err() != nil {
					return
				}
				if err != nil || status != http.StatusOK {
					t.Errorf("user %d: %d %v", user, status, err)
					return
				}
				mu.Lock()
				waits = append(waits, wait)
				mu.Unlock()
				pause(1000)
			}
		})
	}
	for range 4 {
		all.Go(func() {
			c := &http.Client{Transport: &http.Transport{}}
			defer c.CloseIdleConnections()
			for ctx.Err() == nil {
				status, err := send(ctx, c, h, "solve", `{"command":"sparse","data":"`+data+`","flags":{"tol":1e-12}}`, nil)
				if ctx.Err() != nil {
					return
				}
				if err != nil || status != http.StatusOK {
					t.Errorf("solve: %d %v", status, err)
					return
				}
				mu.Lock()
				solves++
				mu.Unlock()
			}
		})
	}
	all.Go(func() {
		for ctx.Err() == nil {
			peak = max(peak, heapInUse())
			time.Sleep(100 * time.Millisecond)
		}
	})
	all.Wait()
	h.CloseClientConnections()
	for deadline := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before+2 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before+2 {
		t.Errorf("%d goroutines, %d before", n, before)
	}
	if len(waits) == 0 {
		t.Fatal("no view was answered")
	}
	slices.Sort(waits)
	runtime.GC()
	at := func(share float64) time.Duration {
		return waits[min(len(waits)-1, int(share*float64(len(waits))))].Round(100 * time.Microsecond)
	}
	t.Logf("%d views in %v: median %v, p99 %v, longest %v; %d solves of %d×%d", len(waits), *loadFor, at(0.5), at(0.99), at(1), solves, rows, cols)
	t.Logf("heap in use: %d MB before, at most %d MB, %d MB after", heap>>20, peak>>20, heapInUse()>>20)
}

func heapInUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// send posts body and returns the status; the answer is decoded into out unless
// that is nil.
func send(ctx context.Context, c *http.Client, h *httptest.Server, path, body string, out any) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL+"/api/v1/"+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := c.Do(r)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	if out != nil {
		return answer.StatusCode, json.NewDecoder(answer.Body).Decode(out)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, err
}

// hardProblem uploads Gaussian measurements of more nonzeros than they recover, and
// returns the name of the data.
func hardProblem(t *testing.T, h *httptest.Server, rows, cols int) string {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	a, b := make([]float64, rows*cols), make([]float64, rows)
	for k := range a {
		a[k] = r.NormFloat64()
	}
	for k := range b {
		b[k] = r.NormFloat64()
	}
	var file bytes.Buffer
	if err := dataio.WriteNPZ(&file, dataio.Member{Name: "A", Values: dataio.Floats(a, rows, cols)}, dataio.Member{Name: "b", Values: dataio.Floats(b, rows)}); err != nil {
		t.Fatal(err)
	}
	code, up := ask(t, h, "data?name=p.npz", "application/octet-stream", file.String())
	if code != http.StatusOK {
		t.Fatalf("%d %v", code, up)
	}
	return up["name"].(string)
}
