package sweep

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"
)

// entry is a line of the journal. The clock is kept beside the row, because the
// row is to be the same on every run.
type entry struct {
	Row
	At int64 `json:"at"` // Unix milliseconds when the cell ended
}

// journal is what a run in progress has: lines of JSON in the order in which
// cells ended, each written by one system call. What a killed process leaves is
// a prefix of whole lines and at most one torn line, which is cut off.
type journal struct {
	mu    sync.Mutex
	file  *os.File
	end   int64
	cells int
	shard Shard
	where []int64 // offset of the line of each cell of the shard, −1 if it has none
	done  int
	count map[string]int // by status
	why   reasons
}

// openJournal opens or makes the journal and reads what it holds.
func openJournal(name string, shard Shard, cells int) (*journal, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	j := &journal{file: f, cells: cells, shard: shard, where: make([]int64, shard.Len(cells)), count: make(map[string]int), why: make(reasons)}
	for i := range j.where {
		j.where[i] = -1
	}
	if err := lock(f); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s is in use by another process that computes the same shard: %w", name, err)
	}
	if err := j.recover(); err != nil {
		_ = f.Close()
		return nil, err
	}
	return j, nil
}

// recover reads the lines and cuts off what follows the last whole one.
func (j *journal) recover() error {
	err := scan(j.file, func(offset int64, e *entry) error {
		pos, ok := j.shard.position(int(e.Index), j.cells)
		if !ok {
			return fmt.Errorf("%s: cell %d is not one of shard %s; the journal belongs to another run", j.file.Name(), e.Index, j.shard)
		}
		j.note(pos, offset, e.Row)
		return nil
	}, &j.end)
	if err != nil {
		return err
	}
	return j.file.Truncate(j.end)
}

// note records where the line of a cell is. Of two lines of the same cell, which
// are equal but for the clock, the first counts.
func (j *journal) note(pos int, offset int64, row Row) bool {
	if j.where[pos] >= 0 {
		return false
	}
	j.where[pos] = offset
	j.done++
	j.count[row.Status]++
	j.why.note(row)
	return true
}

// scan calls f for every whole line, and sets end to where they end.
func scan(r io.ReadSeeker, f func(offset int64, e *entry) error, end *int64) error {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return err
	}
	br := bufio.NewReaderSize(r, 1<<16)
	*end = 0
	for {
		line, err := br.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil // line is torn or empty
		}
		if err != nil {
			return err
		}
		var e entry
		if json.Unmarshal(line, &e) != nil {
			return nil // the rest is computed again
		}
		if err := f(*end, &e); err != nil {
			return err
		}
		*end += int64(len(line))
	}
}

// has reports whether the cell at a position is done.
func (j *journal) has(pos int) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.where[pos] >= 0
}

// add writes the row of a cell, unless there is one already. After an error the
// file ends with the last whole line.
func (j *journal) add(row Row) (fresh bool, err error) {
	line, err := json.Marshal(entry{Row: row, At: time.Now().UnixMilli()})
	if err != nil {
		return false, err
	}
	line = append(line, '\n')
	j.mu.Lock()
	defer j.mu.Unlock()
	pos, ok := j.shard.position(int(row.Index), j.cells)
	if !ok || j.where[pos] >= 0 {
		return false, nil
	}
	if _, err := j.file.WriteAt(line, j.end); err != nil {
		return false, errors.Join(err, j.file.Truncate(j.end))
	}
	j.note(pos, j.end, row)
	j.end += int64(len(line))
	return true, nil
}

// progress is what the journal holds.
func (j *journal) progress() Progress {
	j.mu.Lock()
	defer j.mu.Unlock()
	return Progress{Done: j.done, Cells: len(j.where), Count: j.count, Why: j.why.text()}
}

// each calls f with the rows in the order of their cells.
func (j *journal) each(f func(Row) error) error {
	buf := bufio.NewReaderSize(nil, 1<<12)
	for _, offset := range j.where {
		buf.Reset(io.NewSectionReader(j.file, offset, j.end-offset))
		line, err := buf.ReadBytes('\n')
		if err != nil {
			return err
		}
		var e entry
		if err := json.Unmarshal(bytes.TrimSpace(line), &e); err != nil {
			return err
		}
		if err := f(e.Row); err != nil {
			return err
		}
	}
	return nil
}

// remove closes the journal and deletes it.
func (j *journal) remove() error {
	return errors.Join(os.Remove(j.file.Name()), j.file.Close())
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return !errors.Is(err, fs.ErrNotExist)
}
