package elastic

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// certificate makes a self-signed certificate of the loopback address.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tacit test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, kind string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", secret)
}

func TestTLS(t *testing.T) {
	cert, key := certificate(t)
	dir := t.TempDir()
	v := serve(t, dir, Options{Listen: Listen{Addr: "127.0.0.1:0", Token: "t", Certificate: cert, Key: key}})
	if _, err := Work(context.Background(), WorkOptions{Remote: Remote{URL: v.url, Token: "t"}}); err == nil {
		t.Error("an unknown authority was trusted")
	}
	if _, err := Work(context.Background(), WorkOptions{Remote: Remote{URL: v.url, Token: "t", Authority: cert}}); err != nil {
		t.Error(err)
	}
	v.wait(t)
	if !bytes.Equal(table(t, dir), whole(t)) {
		t.Error("the table is not that of a local run")
	}
	_, err := Serve(context.Background(), parse(t, spec), []byte(spec), t.TempDir(), Options{Listen: Listen{Addr: "127.0.0.1:0", Certificate: key, Key: cert}})
	if err == nil {
		t.Error("a key was accepted as a certificate")
	}
}
