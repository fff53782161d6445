package dataio

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
)

// BlockBytes is the size of the blocks in which Blocks digests a file.
const BlockBytes = 16 << 20

// Blocks is a digest of a large file that several processes can compute together:
// the file is cut into blocks of BlockBytes, the last one shorter, and the digest is
// the SHA-256 of the SHA-256 of the blocks, 32 bytes each, one after another. SHA-256
// itself runs through a file from its start to its end, and one processor does not
// read what a thousand hold.
type Blocks struct {
	Count int    // of all blocks
	Own   []byte // the digests of the blocks that were asked for
}

// InBlocks reports whether the file is long enough to have more than one block. A
// shorter one is known by its SHA-256 alone.
func (in *Input) InBlocks() bool { return in.file.src.size > BlockBytes }

// ReadBlocks digests a part of the blocks, number share of as many as there are
// shares.
func (in *Input) ReadBlocks(share, shares int) (Blocks, error) {
	src := in.file.src
	count := int((src.size + BlockBytes - 1) / BlockBytes)
	first, last := share*count/shares, (share+1)*count/shares
	b := Blocks{Count: count, Own: make([]byte, (last-first)*sha256.Size)}
	buffers := sync.Pool{New: func() any { return new([1 << 20]byte) }}
	err := firstFailure(last-first, 1, func(lo, hi int) error {
		buffer := buffers.Get().(*[1 << 20]byte)
		defer buffers.Put(buffer)
		for k := lo; k < hi; k++ {
			h := sha256.New()
			at := int64(first+k) * BlockBytes
			if _, err := io.CopyBuffer(h, onlyReader{io.NewSectionReader(src, at, BlockBytes)}, buffer[:]); err != nil {
				return &ReadError{File: src.name, Err: err}
			}
			h.Sum(b.Own[k*sha256.Size : k*sha256.Size])
		}
		return nil
	})
	if err == nil {
		if changed := src.unchanged(); changed != nil {
			err = &ReadError{File: src.name, Err: changed}
		}
	}
	return b, err
}

// onlyReader hides the WriteTo of a reader, which would pass by the buffer.
type onlyReader struct{ io.Reader }

// SetBlocks gives the input the digest in blocks, of which the parts, in their
// order, have all.
func (in *Input) SetBlocks(count int, parts [][]byte) error {
	all := bytes.Join(parts, nil)
	if len(all) != count*sha256.Size {
		return fmt.Errorf("dataio: %d bytes of digests for %d blocks", len(all), count)
	}
	sum := sha256.Sum256(all)
	in.blocks = hex.EncodeToString(sum[:])
	return nil
}

// HasBlocks reports whether the digest in blocks is known, so that SHA256 need
// not be asked for.
func (in *Input) HasBlocks() bool { return in.blocks != "" }

// BlocksSHA256 returns the digest in blocks in hexadecimal, computing it on all
// threads if SetBlocks has not given it; of a file of one block its SHA-256. It is
// the same however the file was read.
func (in *Input) BlocksSHA256() (string, error) {
	if !in.InBlocks() {
		return in.SHA256()
	}
	if in.blocks == "" {
		b, err := in.ReadBlocks(0, 1)
		if err != nil {
			return "", err
		}
		if err := in.SetBlocks(b.Count, [][]byte{b.Own}); err != nil {
			return "", err
		}
	}
	return in.blocks, nil
}
