package dataio

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
)

// The digest in blocks is the SHA-256 of those of the blocks, whoever has computed
// them, and of a file of one block its own SHA-256.
func TestBlocks(t *testing.T) {
	data := make([]byte, 2*BlockBytes+12345)
	for i := range data {
		data[i] = byte(i) ^ byte(i>>9) ^ byte(i>>17)
	}
	path := filepath.Join(t.TempDir(), "large")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	open := func() *Input {
		src, err := openSource(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = src.close() })
		return &Input{file: &File{src: src}}
	}
	var sums []byte
	for at := 0; at < len(data); at += BlockBytes {
		sum := sha256.Sum256(data[at:min(at+BlockBytes, len(data))])
		sums = append(sums, sum[:]...)
	}
	top := sha256.Sum256(sums)
	want := hex.EncodeToString(top[:])
	if got, err := open().BlocksSHA256(); err != nil || got != want {
		t.Errorf("alone: %s, want %s, %v", got, want, err)
	}
	for _, shares := range []int{1, 2, 3, 5} {
		in := open()
		var parts [][]byte
		for share := range shares {
			b, err := in.ReadBlocks(share, shares)
			if err != nil || b.Count != 3 {
				t.Fatalf("%d blocks, %v", b.Count, err)
			}
			parts = append(parts, b.Own)
		}
		if in.SetBlocks(4, parts) == nil {
			t.Error("digests of three blocks are taken for those of four")
		}
		if err := in.SetBlocks(3, parts); err != nil {
			t.Fatal(err)
		}
		if got, err := in.BlocksSHA256(); err != nil || got != want {
			t.Errorf("%d shares: %s, want %s, %v", shares, got, want, err)
		}
	}
	in := open()
	if err := os.Truncate(path, BlockBytes); err != nil {
		t.Fatal(err)
	}
	if _, err := in.ReadBlocks(0, 1); err == nil {
		t.Error("a file that became shorter is digested")
	}
	small := open()
	got, err := small.BlocksSHA256()
	plain, err2 := small.SHA256()
	if err != nil || err2 != nil || got != plain || small.InBlocks() {
		t.Errorf("one block: %s, want %s", got, plain)
	}
}
