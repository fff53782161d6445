package browsertest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/tacit-dev/tacit/lab/page"
)

// program starts `tacit lab` itself, with the commands behind it, and returns its
// address.
func program(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "tacit")
	if out, err := exec.Command("go", "build", "-o", binary, "../../cmd/tacit").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(binary, "lab", "--addr", "127.0.0.1:0", "--json")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt) // that it had ended before would have failed the test
		_ = cmd.Wait()
	})
	var said struct{ URL string }
	if err := json.NewDecoder(out).Decode(&said); err != nil {
		t.Fatal(err)
	}
	return said.URL
}

// TestOwnDataThereAndBack: a table is chosen, solved, verified, tampered with, and
// the answer is taken home.
func TestOwnDataThereAndBack(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the program; not with -short")
	}
	url := program(t) // first, so that it ends after the tab
	b := open(t, 1440, 900)
	i := 0
	for ; i < len(page.Pages()) && !page.Pages()[i].Data; i++ {
	}
	p := page.Pages()[i]
	if q := page.ByID("data"); q != nil {
		p = q
	}
	b.visit(url + "#v=1&page=" + p.ID)
	file := filepath.Join(t.TempDir(), "p.csv")
	if err := os.WriteFile(file, []byte("u,v,w,rhs\n1,2,3,4\n2,1,0,1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	b.write("#label", "rhs")
	b.run(chromedp.SetUploadFiles("#file", []string{file}, chromedp.ByQuery))
	b.until("the data are in use", `document.querySelector(".in-use")?.textContent.includes("2 × 3")`)
	b.until("the link names them", `location.hash.includes("data=upload:")`)
	b.run(chromedp.Click(".solve .primary"))
	b.until("it is solved", `document.querySelector(".solution .status")?.textContent.includes("certified")`)
	verdict := `(document.querySelector(".solution .verdict")?.textContent ?? "")`
	b.run(chromedp.Click(`//div[@class="solution"]//button[text()="Verify independently"]`))
	b.until("the verifier accepts", verdict+`.includes("Accepted")`)
	b.run(chromedp.Click(`//div[@class="solution"]//button[text()="Change one digit, then verify"]`))
	b.until("the verifier rejects what was tampered with", verdict+`.includes("Rejected")`)

	got, err := http.Get(eval[string](b, `document.querySelector(".solution a[download]").href`))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, filepath.Base(f.Name))
	}
	for _, want := range []string{"x.npy", "certificate.json", "result.json"} {
		if !strings.Contains(strings.Join(names, " "), want) {
			t.Errorf("the archive has %v, not %s", names, want)
		}
	}

	bad := filepath.Join(t.TempDir(), "bad.npy")
	if err := os.WriteFile(bad, []byte("\x93NUMPY\x01\x00\xff\xffgarbage"), 0o644); err != nil {
		t.Fatal(err)
	}
	b.expected = []string{"Failed to load resource"}
	b.run(chromedp.SetUploadFiles("#file", []string{bad}, chromedp.ByQuery))
	b.until("a broken file is refused in words", `document.querySelector(".upload .wrong")?.textContent.length > 40`)
}

// TestFramesOfADrag reports how many pictures a second a drag of the 2-D page
// shows, and when the first is there. It fails only where nothing is drawn: speed
// is for docs/benchmarks.md, not for a test.
func TestFramesOfADrag(t *testing.T) {
	if testing.Short() {
		t.Skip("it measures; not with -short")
	}
	url := program(t) // first, so that it ends after the tab
	b := open(t, 1440, 900)
	b.visit(url)
	b.visit(url)
	b.until("the first picture is timed", `performance.getEntriesByName("first-contentful-paint").length`)
	first := eval[float64](b, `(() => { const t = performance.getEntriesByType("navigation")[0]; const p = performance.getEntriesByName("first-contentful-paint")[0]; return p.startTime - t.responseStart })()`)
	b.run(chromedp.Evaluate(`window.frames_ = 0; new MutationObserver(() => window.frames_++).observe(document.querySelector(".drawing"), {childList: true})`, nil))
	x, y := b.center(".handle.both")
	// The page's own clock moves the pointer, once a frame.
	b.run(chromedp.Evaluate(fmt.Sprintf(`window.rate_ = 0; (() => {
		const h = document.querySelector(".handle.both"); h.setPointerCapture = () => {};
		const send = (type, dx, dy) => h.dispatchEvent(new PointerEvent(type, {bubbles: true, pointerId: 1, button: 0, buttons: 1, clientX: %f + dx, clientY: %f + dy}));
		send("pointerdown", 0, 0);
		const begin = performance.now(), before = window.frames_;
		const step = () => {
			const t = performance.now() - begin;
			send("pointermove", 50 * Math.sin(t / 300), 40 * Math.sin(t / 410));
			if (t < 3000) requestAnimationFrame(step);
			else { window.rate_ = 1000 * (window.frames_ - before) / t; send("pointerup", 0, 0); }
		};
		requestAnimationFrame(step);
	})()`, x, y), nil))
	time.Sleep(3 * time.Second)
	b.until("the drag ends", "window.rate_ > 0")
	t.Logf("first picture %.0f ms after the server answers; %.0f pictures a second while dragging", first, eval[float64](b, "window.rate_"))
}
