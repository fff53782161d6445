package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDiskFull fills a small file system of its own under a result: the new
// one fails with a clear word, and the old one is untouched.
func TestDiskFull(t *testing.T) {
	const mount = "mount -t tmpfs -o size=16k none "
	dir := t.TempDir()
	small := filepath.Join(dir, "small")
	if err := os.Mkdir(small, 0o777); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("unshare", "-rm", "sh", "-c", mount+small).CombinedOutput(); err != nil {
		t.Skipf("no small file system can be mounted here: %v %s", err, out)
	}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	a, b := write("A.csv", "1,2,3\n4,5,6\n"), write("b.csv", "1\n2\n")
	script := write("fill.sh", mount+small+`
cd `+small+`
`+self+` minnorm `+a+` `+b+` -o out >/dev/null || exit 90
cp -r out `+dir+`/before
dd if=/dev/zero of=fill bs=1k count=16 2>/dev/null
`+self+` sparse `+a+` `+b+` -o out --force
code=$?
cp -r out `+dir+`/after
exit $code
`)
	cmd := exec.Command("unshare", "-rm", "sh", script)
	cmd.Env = append(os.Environ(), "TACIT_TEST_COMMAND=1")
	out, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != exitInternal {
		t.Fatalf("exit code %d, want %d\n%s", code, exitInternal, out)
	}
	if !strings.Contains(string(out), "no space left on device") {
		t.Errorf("the message does not name the cause: %s", out)
	}
	if diff, err := exec.Command("diff", "-r", filepath.Join(dir, "before"), filepath.Join(dir, "after")).CombinedOutput(); err != nil {
		t.Errorf("the earlier result was touched: %s", diff)
	}
}
