package lab

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// PortError is an address that another program has.
type PortError struct {
	Addr   string
	Holder string // the program that has it, as the system names it; "" if it does not say
	Free   string // an address nearby that is free, or ""
}

// Error names the address and who has it.
func (e *PortError) Error() string {
	by := "another program"
	if e.Holder != "" {
		by = e.Holder
	}
	return fmt.Sprintf("cannot listen at %s: %s has that port", e.Addr, by)
}

// Listen opens addr, HOST:PORT. A port that is taken is a PortError, which says by
// whom and what is free.
func Listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err == nil || !errors.Is(err, syscall.EADDRINUSE) {
		return l, err
	}
	taken := &PortError{Addr: addr}
	host, text, splitErr := net.SplitHostPort(addr)
	port, numberErr := strconv.Atoi(text)
	if splitErr != nil || numberErr != nil {
		return nil, taken
	}
	taken.Holder = holder(port)
	for p := port + 1; p <= min(port+20, 65535); p++ {
		free := net.JoinHostPort(host, strconv.Itoa(p))
		if probe, err := net.Listen("tcp", free); err == nil {
			if probe.Close() == nil {
				taken.Free = free
			}
			break
		}
	}
	return nil, taken
}

// Open reports whether other machines can reach a listener at addr.
func Open(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return !ok || !tcp.IP.IsLoopback()
}
