#!/usr/bin/env python3
"""Trials a second of one core: tacit sweep against a loop over scipy's linprog.

    go build -o tacit ./cmd/tacit && python3 bench/cells.py ./tacit

n = 100, m = 200, Gaussian, nonnegative, k from 5 to 75: the cells of a phase
diagram, easy and hard ones alike. Both make their own instances of the same
distribution, and the time of making them counts for both. Needs numpy and scipy.
"""
import os
import subprocess
import sys
import tempfile
import time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np
from scipy.optimize import linprog

n, m, ks = 100, 200, range(5, 76, 10)
SPEC = """trials = %d
[fixed]
m = 200
n = 100
nonneg = true
[axes]
k = { from = 5, to = 75, points = 8 }
"""


def tacit(binary, trials):
    with tempfile.TemporaryDirectory() as d:
        spec = os.path.join(d, "spec.toml")
        with open(spec, "w") as f:
            f.write(SPEC % trials)
        begin = time.perf_counter()
        subprocess.run([binary, "sweep", spec, "-o", os.path.join(d, "out"), "--threads", "1", "--quiet"], check=True, stdout=subprocess.DEVNULL)
        return 8 * trials / (time.perf_counter() - begin)


def highs(method, trials):
    rng = np.random.default_rng(1)
    begin, worst = time.perf_counter(), 0.0
    for k in ks:
        for _ in range(trials):
            a = rng.standard_normal((n, m)) / np.sqrt(n)
            x = np.zeros(m)
            x[rng.choice(m, k, replace=False)] = np.abs(rng.standard_normal(k)) + 0.1
            r = linprog(np.ones(m), A_eq=a, b_eq=a @ x, method=method)
            worst = max(worst, abs(r.fun - np.ones(m) @ x) if r.status == 0 and k <= 25 else 0)
    return len(ks) * trials / (time.perf_counter() - begin), worst


def cvx(trials):
    from cvxopt import matrix, solvers
    solvers.options.update(show_progress=False, abstol=1e-9, reltol=1e-9, feastol=1e-9)
    rng = np.random.default_rng(1)
    begin = time.perf_counter()
    g, h = matrix(-np.eye(m)), matrix(np.zeros(m))
    for k in ks:
        for _ in range(trials):
            a = rng.standard_normal((n, m)) / np.sqrt(n)
            x = np.zeros(m)
            x[rng.choice(m, k, replace=False)] = np.abs(rng.standard_normal(k)) + 0.1
            solvers.lp(matrix(np.ones(m)), g, h, matrix(a), matrix(a @ x))
    return len(ks) * trials / (time.perf_counter() - begin)


def lars(trials):
    import warnings
    from sklearn.linear_model import lars_path
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(1)
    begin = time.perf_counter()
    for k in ks:
        for _ in range(trials):
            a = rng.standard_normal((n, m)) / np.sqrt(n)
            x = np.zeros(m)
            x[rng.choice(m, k, replace=False)] = np.abs(rng.standard_normal(k)) + 0.1
            lars_path(a, a @ x, method="lasso", positive=True)
    return len(ks) * trials / (time.perf_counter() - begin)


own = tacit(sys.argv[1], 60)
print(f"tacit sweep, certified       {own:8.1f} trials/s")
for name, run in (("linprog highs (ipm+simplex)", lambda: highs("highs", 6)[0]),
                  ("linprog highs-ds", lambda: highs("highs-ds", 6)[0]),
                  ("cvxopt 1e-9", lambda: cvx(6)),
                  ("lars_path, no certificate", lambda: lars(6))):
    try:
        rate = run()
        print(f"{name:28s} {rate:8.1f} trials/s   tacit is {own / rate:.1f} times as fast")
    except ImportError as e:
        print(f"{name:28s} skipped: {e}")
