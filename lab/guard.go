package lab

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// contentPolicy lets a page load what this server has, and nothing run that stands
// in the page itself.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// guard sets the headers that protect the pages, and lets only those requests
// through that may use the server.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if err := s.admit(r); err != nil {
			writeError(w, asAPIError(err))
			return
		}
		if s.cfg.Token != "" && !s.letIn(w, r) {
			return
		}
		next.ServeHTTP(w, r)
	})
}

// admit checks under which name a request came and from which page.
func (s *Server) admit(r *http.Request) error {
	if !s.knows(r.Host) {
		return forbidden("the name %q is none of this server: open it by its address, or name it with --host", clip(r.Host))
	}
	// A browser says from which page a request comes. Other clients say nothing,
	// and have the rights of whoever runs them anyway.
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		if err != nil || u.Host != r.Host || u.Scheme != "http" && u.Scheme != "https" {
			return forbidden("requests from pages of %q are not served", clip(origin))
		}
	}
	// A link elsewhere may open a page here; nothing else may come from there.
	switch site := r.Header.Get("Sec-Fetch-Site"); site {
	case "", "same-origin", "none":
	default:
		if r.Method != http.MethodGet || r.Header.Get("Sec-Fetch-Mode") != "navigate" || strings.HasPrefix(r.URL.Path, apiPrefix) {
			return forbidden("requests from other sites are not served (Sec-Fetch-Site: %s)", clip(site))
		}
	}
	return nil
}

// knows reports whether host, the name that a request used, is one of this
// server. An address in digits cannot be made to point elsewhere by whoever owns a
// name, so behind an open server every one is good.
func (s *Server) knows(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	if addr, err := netip.ParseAddr(name); err == nil {
		return addr.IsLoopback() || s.cfg.Open
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	return name == "localhost" || slices.Contains(s.hosts, name)
}

// letIn checks the token. A token in the link is turned into a cookie, so that it
// does not stay in the address bar, where it would be copied with the link.
func (s *Server) letIn(w http.ResponseWriter, r *http.Request) bool {
	if c, err := r.Cookie(s.cookie); err == nil && s.isToken(c.Value) {
		return true
	}
	// The name of a scheme has no case (RFC 9110, §11.1).
	if scheme, t, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") && s.isToken(strings.TrimSpace(t)) {
		return true
	}
	query := r.URL.Query()
	if r.Method == http.MethodGet && r.URL.Path == "/" && s.isToken(query.Get("token")) {
		http.SetCookie(w, &http.Cookie{Name: s.cookie, Value: s.cfg.Token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
		query.Del("token")
		http.Redirect(w, r, "/?"+query.Encode(), http.StatusSeeOther)
		return false
	}
	writeError(w, &apiError{http.StatusUnauthorized, codeForbidden,
		"this server needs a token: open the whole link that `tacit lab` printed"})
	return false
}

func (s *Server) isToken(given string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(s.cfg.Token)) == 1
}

// clip shortens what a client said for a message.
func clip(text string) string {
	const most = 80
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
