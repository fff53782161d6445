"""The flow of bench/deep with scipy: gradient flow on three layers, from the same
kind of start, to a loss of 1e-10. usage: peer.py N METHOD SECONDS [START.npz RTOL], with METHOD one of
scipy's, or "check": the Jacobian written by hand against differences."""
import sys, time
import numpy as np
from scipy.integrate import solve_ivp

n, method, limit = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
i = np.arange(n * n, dtype=float)
M = (np.cos(i * i * 0.7 + 0.9) + 0.3 * np.sin(3 * i + 0.9)).reshape(n, n)
rng = np.random.default_rng(1)
Q = [np.linalg.qr(rng.normal(size=(n, n)))[0] for _ in range(4)]
if np.linalg.det(Q[3]) * np.linalg.det(Q[0]) * np.linalg.det(M) < 0:
    Q[3][:, -1] *= -1
z = 1e-6 * (2 - np.arange(n) / n)
W = np.stack([Q[j + 1] @ np.diag(z) @ Q[j].T for j in range(3)]).ravel()
if len(sys.argv) > 4:
    W = np.load(sys.argv[4])["w"]
rtol = float(sys.argv[5]) if len(sys.argv) > 5 else 1e-8
begin = time.time()

class Late(Exception):
    pass

def f(t, w):
    if time.time() - begin > limit:
        raise Late(t)
    a, b, c = w.reshape(3, n, n)
    r = c @ b @ a - M
    return -np.stack([(c @ b).T @ r, c.T @ r @ a.T, r @ (b @ a).T]).ravel()

def jac(t, w):
    a, b, c = w.reshape(3, n, n)
    r, m, E = c @ b @ a - M, n * n, np.eye(n)
    cb, ba = c @ b, b @ a
    J = np.empty((3 * m, 3 * m))
    L, R = [cb, c, E], [E, a, ba]
    for p in range(3):
        for q in range(3):
            J[p*m:(p+1)*m, q*m:(q+1)*m] = np.kron(L[p].T @ L[q], R[p] @ R[q].T)
    # blocks of the residual: <r, W_3 V_2 V_1>, <r, V_3 b V_1>, <r, V_3 V_2 a>
    def cross(p, q, C, T):  # V_p T V_q with coefficient C
        K = np.einsum('ad,bc->abcd', C, T).reshape(m, m)
        J[p*m:(p+1)*m, q*m:(q+1)*m] += K
        J[q*m:(q+1)*m, p*m:(p+1)*m] += K.T
    cross(1, 0, c.T @ r, E)
    cross(2, 0, r, b)
    cross(2, 1, r @ a.T, E)
    return -J

if method == "check":
    w = rng.normal(size=W.size)
    v = rng.normal(size=W.size)
    h = 1e-6
    d = (f(0, w + h * v) - f(0, w - h * v)) / (2 * h)
    print(f"{n}x{n}: Jacobian times a vector against central differences: relative error {np.abs(jac(0, w) @ v - d).max() / np.abs(d).max():.1e}")
    sys.exit()

def loss(t, w):
    a, b, c = w.reshape(3, n, n)
    return 0.5 * np.sum((c @ b @ a - M) ** 2) - 1e-10
loss.terminal = True
try:
    kw = {} if method in ("RK45", "DOP853") else {"jac": jac}
    s = solve_ivp(f, (0, 1e12), W, method=method, rtol=rtol, atol=1e-6 * rtol, events=loss, **kw)
    print(f"scipy {method}, rtol {rtol:g}, 3 layers of {n}x{n}: loss {loss(0, s.y[:, -1])+1e-10:.2g} at t = {s.t[-1]:.8g}, {s.nfev} evaluations: {time.time()-begin:.2f} s; {s.message}")
except Late as e:
    print(f"scipy {method}, 3 layers of {n}x{n}: at t = {e.args[0]:.4g} after {limit:.0f} s")
