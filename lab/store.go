package lab

import (
	"sync"
	"time"
)

// store keeps what users bring and what was computed for them, in memory and for
// a while. Names are random, so that only who was told one can use it.
type store struct {
	keep     time.Duration // since the last use
	most     int64         // bytes in all
	perOwner int64         // bytes of one client

	mu    sync.Mutex
	now   func() time.Time
	held  int64
	items map[string]*item
}

type item struct {
	owner string
	size  int64
	used  time.Time
	value any
}

func newStore(keep time.Duration, most int64) *store {
	return &store{keep: keep, most: most, perOwner: most / 2, now: time.Now, items: make(map[string]*item)}
}

// put keeps a value of so many bytes for its owner, in the place of the oldest of
// the owner's if need be, and returns its name.
func (s *store) put(kind, owner string, size int64, value any) (name string, expires time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.sweep(now)
	if size > s.perOwner {
		return "", time.Time{}, tooLarge("%d MB are more than the %d MB that this server keeps for one user", size>>20, s.perOwner>>20)
	}
	for s.ownedBy(owner)+size > s.perOwner || s.held+size > s.most {
		if !s.dropOldest(owner) {
			return "", time.Time{}, busy("the server holds as much data of other users as it may: try again in some minutes")
		}
	}
	name = kind + ":" + NewToken()
	s.items[name] = &item{owner, size, now, value}
	s.held += size
	return name, now.Add(s.keep), nil
}

// get returns what is kept under a name, and keeps it longer.
func (s *store) get(name string) (any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.sweep(now)
	it, ok := s.items[name]
	if !ok {
		return nil, false
	}
	it.used = now
	return it.value, true
}

// sweep forgets what nobody used for long; s.mu is held.
func (s *store) sweep(now time.Time) {
	for name, it := range s.items {
		if now.Sub(it.used) > s.keep {
			s.drop(name)
		}
	}
}

func (s *store) drop(name string) {
	s.held -= s.items[name].size
	delete(s.items, name)
}

func (s *store) ownedBy(owner string) int64 {
	var size int64
	for _, it := range s.items {
		if it.owner == owner {
			size += it.size
		}
	}
	return size
}

// dropOldest forgets what the owner used longest ago, and reports whether there
// was anything.
func (s *store) dropOldest(owner string) bool {
	oldest := ""
	for name, it := range s.items {
		if it.owner == owner && (oldest == "" || it.used.Before(s.items[oldest].used)) {
			oldest = name
		}
	}
	if oldest == "" {
		return false
	}
	s.drop(oldest)
	return true
}
