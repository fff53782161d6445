package sweep

import (
	"fmt"
	"strconv"
	"strings"
)

// Shard is one of N parts of a sweep: I of 1..N takes the cells whose index is
// I−1 modulo N, so that every part has its share of hard and easy points.
type Shard struct{ I, N int }

// Whole is the undivided sweep.
var Whole = Shard{1, 1}

// ParseShard reads i/N, 1 ≤ i ≤ N.
func ParseShard(text string) (Shard, error) {
	first, second, ok := strings.Cut(text, "/")
	i, err1 := strconv.Atoi(first)
	n, err2 := strconv.Atoi(second)
	if !ok || err1 != nil || err2 != nil || n < 1 || i < 1 || i > n {
		return Shard{}, fmt.Errorf("%q is not a shard; write i/N with 1 ≤ i ≤ N, for example 3/8", text)
	}
	return Shard{i, n}, nil
}

// EnvironmentShard finds the part that a scheduler has given to this process:
// of a Slurm job array (SLURM_ARRAY_TASK_ID, _MIN, _STEP and _COUNT), or of an
// indexed Kubernetes job (JOB_COMPLETION_INDEX from 0, and JOB_COMPLETIONS, which
// the manifest of the job has to set). It returns false where there is none.
func EnvironmentShard(getenv func(string) string) (Shard, bool, error) {
	if id := getenv("SLURM_ARRAY_TASK_ID"); id != "" {
		return slurm(getenv, id)
	}
	if id := getenv("JOB_COMPLETION_INDEX"); id != "" {
		i, err1 := strconv.Atoi(id)
		n, err2 := strconv.Atoi(getenv("JOB_COMPLETIONS"))
		if err1 != nil || err2 != nil || i < 0 || i >= n {
			return Shard{}, true, fmt.Errorf("JOB_COMPLETION_INDEX is %q and JOB_COMPLETIONS is %q: the job has to set the second to its number of completions (deploy/kubernetes.yaml shows how)", id, getenv("JOB_COMPLETIONS"))
		}
		return Shard{i + 1, n}, true, nil
	}
	return Shard{}, false, nil
}

func slurm(getenv func(string) string, id string) (Shard, bool, error) {
	number := func(key string, def int) (int, error) {
		text := getenv(key)
		if text == "" {
			return def, nil
		}
		return strconv.Atoi(text)
	}
	i, err := strconv.Atoi(id)
	first, err1 := number("SLURM_ARRAY_TASK_MIN", 0)
	step, err2 := number("SLURM_ARRAY_TASK_STEP", 1)
	n, err3 := number("SLURM_ARRAY_TASK_COUNT", 0)
	if err != nil || err1 != nil || err2 != nil || err3 != nil || step < 1 || (i-first)%step != 0 {
		return Shard{}, true, fmt.Errorf("the SLURM_ARRAY_TASK_ variables are not those of a job array (ID %q); pass --shard i/N instead", id)
	}
	s := Shard{(i-first)/step + 1, n}
	if s.I < 1 || s.I > s.N {
		return Shard{}, true, fmt.Errorf("task %d of a job array with %d tasks from %d: the array has gaps; pass --shard i/N instead", i, n, first)
	}
	return s, true, nil
}

// String writes i/N.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.I, s.N) }

// Len returns the number of cells that the shard has of a sweep of cells.
func (s Shard) Len(cells int) int { return (cells - s.I + s.N) / s.N }

// index returns the cell at a position of the shard.
func (s Shard) index(pos int) int { return s.I - 1 + pos*s.N }

// position is the inverse of index, false for a cell of another shard.
func (s Shard) position(index, cells int) (int, bool) {
	if index < 0 || index >= cells || index%s.N != s.I-1 {
		return 0, false
	}
	return index / s.N, true
}

// suffix distinguishes the files of a shard: "" for the whole.
func (s Shard) suffix() string {
	if s == Whole {
		return ""
	}
	return fmt.Sprintf("-%d-of-%d", s.I, s.N)
}
