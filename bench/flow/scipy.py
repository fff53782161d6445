"""Follows y' = -2 y A'(A y*y - b) with scipy, and writes x = y*y at given times."""
import sys
import time

import numpy as np
from scipy.integrate import solve_ivp

method, folder, n, m, log_alpha, tol = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]), float(sys.argv[6])
A = np.fromfile(folder + "/A").reshape(n, m)
b = np.fromfile(folder + "/b")
times = np.fromfile(folder + "/times") / 4  # the clock of the square
y0 = np.full(m, np.exp(log_alpha / 2))


def f(t, y):
    return -2 * y * (A.T @ (A @ (y * y) - b))


def jac(t, y):
    g = A.T @ (A @ (y * y) - b)
    J = -4 * (y[:, None] * (AtA * y))
    J[np.diag_indices(m)] -= 2 * g
    return J


name, _, exact = method.partition("+")
if exact:
    AtA = A.T @ A
start = time.perf_counter()
kwargs = {"jac": jac} if exact else {}
s = solve_ivp(f, (0, times[-1]), y0, method=name, t_eval=times, rtol=tol, atol=tol * 1e-3 * np.exp(log_alpha / 2), **kwargs)
seconds = time.perf_counter() - start
if not s.success:
    sys.exit(s.message)
(s.y.T ** 2).tofile(folder + "/x")
print(seconds, f"{s.nfev} evaluations, {s.njev} Jacobians")
