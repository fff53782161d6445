package lab

import (
	"net/http"
	"strings"
	"testing"
)

// TestForeignNamesAreRefused is DNS rebinding: the name of an attacker's site that
// was made to point at this server.
func TestForeignNamesAreRefused(t *testing.T) {
	local, open := newServer(t, Config{Hosts: []string{"Lab.Example."}}), newServer(t, Config{Open: true})
	for _, c := range []struct {
		host      string
		local, op bool
	}{
		{"localhost:7878", true, true},
		{"127.0.0.1:7878", true, true},
		{"127.8.9.1", true, true},
		{"[::1]:7878", true, true},
		{"LOCALHOST.:80", true, true},
		{"lab.example:7878", true, false},
		{"192.168.1.7:7878", false, true},
		{"evil.example:7878", false, false},
		{"localhost.evil.example", false, false},
		{"127.0.0.1.evil.example:7878", false, false},
		{"0x7f000001", false, false},
		{"", false, false},
	} {
		for name, s := range map[string]*Server{"local": local, "open": open} {
			want := c.local
			if name == "open" {
				want = c.op
			}
			if got := s.knows(c.host); got != want {
				t.Errorf("%s server, host %q: %v", name, c.host, got)
			}
		}
	}
	refused(t, do(local, "GET", "/api/v1/health", "", "Host", "evil.example"), 403, codeForbidden)
	refused(t, do(local, "GET", "/", "", "Host", "evil.example"), 403, codeForbidden)
}

// TestForeignPagesAreRefused is cross-site request forgery.
func TestForeignPagesAreRefused(t *testing.T) {
	s := newServer(t, Config{})
	const view = "/api/v1/pages/point/view"
	for _, origin := range []string{"http://evil.example", "http://localhost:8080", "null", "file://localhost:7878", "http://localhost:7878.evil.example"} {
		refused(t, do(s, "POST", view, `{}`, "Origin", origin), 403, codeForbidden)
	}
	for _, site := range []string{"cross-site", "same-site"} {
		refused(t, do(s, "POST", view, `{}`, "Sec-Fetch-Site", site), 403, codeForbidden)
		refused(t, do(s, "GET", "/api/v1/pages/point/stream", "", "Sec-Fetch-Site", site), 403, codeForbidden)
		refused(t, do(s, "GET", "/api/v1/pages", "", "Sec-Fetch-Site", site, "Sec-Fetch-Mode", "navigate"), 403, codeForbidden)
		refused(t, do(s, "GET", "/assets/app.js", "", "Sec-Fetch-Site", site, "Sec-Fetch-Mode", "no-cors"), 403, codeForbidden)
	}
	for _, good := range [][]string{
		{"Origin", "http://localhost:7878", "Sec-Fetch-Site", "same-origin"},
		{"Sec-Fetch-Site", "none"},
		{},
	} {
		if r := do(s, "POST", view, `{}`, good...); r.StatusCode != http.StatusOK {
			t.Errorf("%v: %d %s", good, r.StatusCode, text(t, r))
		}
	}
	// A link on another site may open the lab.
	if r := do(s, "GET", "/", "", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"); r.StatusCode != http.StatusOK {
		t.Errorf("a link from elsewhere: %d", r.StatusCode)
	}
}

func TestHeadersProtectThePage(t *testing.T) {
	s := newServer(t, Config{})
	for _, target := range []string{"/", "/assets/app.js", "/api/v1/pages", "/api/v1/nothing", "/nowhere"} {
		h := do(s, "GET", target, "").Header
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", target, policy)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Access-Control-Allow-Origin": ""} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", target, name, got, want)
			}
		}
	}
}

func TestTokenIsNeeded(t *testing.T) {
	s := newServer(t, Config{Open: true, Token: "secret"})
	for _, target := range []string{"/", "/assets/app.js", "/api/v1/pages", "/?token=wrong", "/api/v1/pages?token=secret"} {
		refused(t, do(s, "GET", target, ""), 401, codeForbidden)
	}
	refused(t, do(s, "GET", "/api/v1/pages", "", "Authorization", "Bearer wrong"), 401, codeForbidden)
	refused(t, do(s, "GET", "/api/v1/pages", "", "Authorization", "Basic secret"), 401, codeForbidden)
	for _, scheme := range []string{"bearer", "BEARER"} {
		if r := do(s, "GET", "/api/v1/pages", "", "Authorization", scheme+" secret"); r.StatusCode != http.StatusOK {
			t.Errorf("%s: %v", scheme, r.Status)
		}
	}
	if r := do(s, "GET", "/api/v1/pages", "", "Authorization", "Bearer secret"); r.StatusCode != http.StatusOK {
		t.Errorf("bearer: %d", r.StatusCode)
	}
	r := do(s, "GET", "/?page=point&token=secret&x=2", "")
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/?page=point&x=2" {
		t.Fatalf("%d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	c := r.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
		t.Errorf("cookie %+v", c)
	}
	if r := do(s, "GET", "/api/v1/pages", "", "Cookie", c.Name+"="+c.Value); r.StatusCode != http.StatusOK {
		t.Errorf("cookie: %d", r.StatusCode)
	}
	refused(t, do(s, "GET", "/api/v1/pages", "", "Cookie", c.Name+"=wrong"), 401, codeForbidden)
}

// TestErrorsOfTheAPIAreJSON: also those of paths that no route has.
func TestErrorsOfTheAPIAreJSON(t *testing.T) {
	s := newServer(t, Config{})
	for _, c := range [][2]string{
		{"GET", "/api"}, {"GET", "/api/"}, {"GET", "/api/v2/pages"}, {"POST", "/api/v1/pages"}, {"DELETE", "/api/v1/data"},
		{"GET", "/api/v1//pages"}, {"GET", "//api/v1/pages"}, {"GET", "/api/v1/../v1/pages"}, {"GET", "/api/v1/pages/point/figure/"},
	} {
		refused(t, do(s, c[0], c[1], ""), 404, codeNotFound)
	}
}
