package elastic

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	natsd "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Listen says where an embedded server listens and whom it lets in.
type Listen struct {
	Addr  string // host:port; port 0 is any
	Token string // what workers have to present; "" lets everyone in
	// Certificate and Key are the PEM files of TLS, both or none.
	Certificate, Key string
}

// Open reports whether the address can be reached from other machines.
func (l Listen) Open() bool {
	host, _, err := net.SplitHostPort(l.Addr)
	if err != nil {
		return true
	}
	ip := net.ParseIP(host)
	return host != "localhost" && (ip == nil || !ip.IsLoopback())
}

// NewToken returns 128 random bits in hexadecimal.
func NewToken() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// embedded is a NATS server inside of this process, with its files in dir.
type embedded struct {
	server *natsd.Server
	dir    string
}

// start starts a server that keeps its queue under dir.
func (l Listen) start(dir string) (*embedded, error) {
	host, port, err := net.SplitHostPort(l.Addr)
	if err != nil {
		return nil, fmt.Errorf("the address %q is not host:port, for example 127.0.0.1:4222", l.Addr)
	}
	number, err := strconv.Atoi(port)
	if err != nil || number < 0 || number > 65535 {
		return nil, fmt.Errorf("the port %q of %q is not a number from 0 to 65535", port, l.Addr)
	}
	if err := free(l.Addr); err != nil {
		return nil, err
	}
	if number == 0 {
		number = natsd.RANDOM_PORT
	}
	opts := &natsd.Options{
		ServerName: "tacit", Host: host, Port: number,
		JetStream: true, StoreDir: filepath.Join(dir, ".nats"),
		NoSigs: true, NoLog: true,
		Authorization: l.Token,
		MaxPayload:    4 << 20,
	}
	if l.Certificate != "" {
		if opts.TLSConfig, err = l.tls(); err != nil {
			return nil, err
		}
		opts.TLS, opts.TLSTimeout = true, 5
	}
	s, err := natsd.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("the queue cannot be set up: %w", err)
	}
	go s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		s.Shutdown()
		return nil, fmt.Errorf("the queue does not start at %s", l.Addr)
	}
	return &embedded{s, opts.StoreDir}, nil
}

// free reports whether one can listen at the address, with the system's reason.
func free(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		var op *net.OpError
		if errors.As(err, &op) {
			err = op.Err
		}
		return fmt.Errorf("cannot listen at %s: %w; choose another address", addr, err)
	}
	return ln.Close()
}

func (l Listen) tls() (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(l.Certificate, l.Key)
	if err != nil {
		return nil, fmt.Errorf("the TLS certificate %s with the key %s: %w", l.Certificate, l.Key, err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

// connect connects this process to its own server, without the network.
func (e *embedded) connect(token string) (*nats.Conn, error) {
	return nats.Connect("", nats.InProcessServer(e.server), nats.Token(token), nats.Name("tacit sweep serve"))
}

// url is what workers join.
func (e *embedded) url() string { return e.server.ClientURL() }

// stop ends the server; remove deletes its queue as well.
func (e *embedded) stop(remove bool) {
	e.server.Shutdown()
	e.server.WaitForShutdown()
	if remove {
		_ = os.RemoveAll(e.dir)
	}
}

// Remote is a NATS server or cluster elsewhere.
type Remote struct {
	URL         string // nats://host:port, tls://host:port, several separated by commas
	Token       string
	Credentials string // file of user credentials (JWT and key)
	Authority   string // PEM file of the certificate authority, if it is not a public one
}

// connect connects. Once connected it keeps trying to reconnect.
func (r Remote) connect(ctx context.Context, name string, more ...nats.Option) (*nats.Conn, error) {
	opts := append([]nats.Option{nats.Name(name), nats.MaxReconnects(-1), nats.ReconnectWait(time.Second)}, more...)
	if r.Token != "" {
		opts = append(opts, nats.Token(r.Token))
	}
	if r.Credentials != "" {
		opts = append(opts, nats.UserCredentials(r.Credentials))
	}
	if r.Authority != "" {
		opts = append(opts, nats.RootCAs(r.Authority))
	}
	nc, err := nats.Connect(r.URL, opts...)
	switch {
	case errors.Is(err, nats.ErrAuthorization):
		return nil, fmt.Errorf("%s refuses the token or credentials", r.URL)
	case err != nil:
		return nil, fmt.Errorf("no connection to %s: %w", r.URL, err)
	}
	if ctx.Err() != nil {
		nc.Close()
		return nil, ctx.Err()
	}
	return nc, nil
}
