package sweep

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"time"
)

// ShardStatus is how far a shard in a directory has come.
type ShardStatus struct {
	Shard    Shard
	Done     int
	Cells    int
	Finished bool           // its table is written
	Count    map[string]int // cells by status
	Last     time.Time      // when the last cell ended; zero if finished or not begun
	// Rate is in cells per second over the last cells of the journal, 0 if
	// unknown; Left is the time that the rest takes at that rate.
	Rate float64
	Left time.Duration
}

// recent is the number of cells whose times make the rate.
const recent = 1000

// Status reads what a directory holds: its manifest and its shards. It does not
// disturb a run in progress.
func Status(dir string) (*Manifest, []ShardStatus, error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return nil, nil, err
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	var list []ShardStatus
	for _, f := range files {
		shard, table, ok := shardOf(f.Name())
		if !ok {
			continue
		}
		st, err := m.shardStatus(filepath.Join(dir, f.Name()), shard, table)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, st)
	}
	sort.SliceStable(list, func(i, k int) bool {
		a, b := list[i].Shard, list[k].Shard
		return a.N < b.N || a.N == b.N && a.I < b.I
	})
	return m, list, nil
}

// shardOf reads the name of a table or a journal.
func shardOf(name string) (s Shard, table, ok bool) {
	for _, ending := range []string{".parquet", ".journal"} {
		table = ending == ".parquet"
		if name == "cells"+ending {
			return Whole, table, true
		}
		if n, _ := fmt.Sscanf(name, "cells-%d-of-%d"+ending, &s.I, &s.N); n == 2 && s.I >= 1 && s.I <= s.N && name == "cells"+s.suffix()+ending {
			return s, table, true
		}
	}
	return Shard{}, false, false
}

func (m *Manifest) shardStatus(name string, shard Shard, table bool) (ShardStatus, error) {
	st := ShardStatus{Shard: shard, Cells: shard.Len(m.Cells), Count: make(map[string]int)}
	if table {
		p, err := finished(name)
		st.Done, st.Count, st.Finished = p.Done, p.Count, true
		return st, err
	}
	f, err := os.Open(name)
	if err != nil {
		return st, err
	}
	defer func() { _ = f.Close() }()
	var times []int64
	var end int64
	err = scan(f, func(_ int64, e *entry) error {
		st.Done++
		st.Count[e.Status]++
		times = append(times, e.At)
		if len(times) > 2*recent {
			times = append(times[:0], times[len(times)-recent:]...)
		}
		return nil
	}, &end)
	if n := len(times); n > 0 {
		st.Last = time.UnixMilli(times[n-1])
		st.estimate(times[max(0, n-recent):])
	}
	return st, err
}

// estimate predicts from the times at which the last cells ended. A clock that
// was set back says nothing.
func (st *ShardStatus) estimate(times []int64) {
	span := float64(times[len(times)-1]-times[0]) / 1000
	if len(times) < 2 || span <= 0 {
		return
	}
	st.Rate = float64(len(times)-1) / span
	st.Left = time.Duration(float64(st.Cells-st.Done) / st.Rate * float64(time.Second))
}
