#!/usr/bin/env python3
"""Trials a second of one core: tacit sweep against a loop over scipy's linprog.

    go build -o tacit ./cmd/tacit && python3 bench/cells.py ./tacit

n = 100, m = 200, Gaussian, nonnegative, k from 5 to 75: the cells of a phase
diagram, easy and hard ones alike. All make their own instances of the same
distribution, and the time of making them counts for all. tacit runs the two
algorithms of a diagram: l1 computes the certified minimiser of each cell, which is
what the others do (lars_path without proof); recovery proves whether the planted x
is the minimiser, which is all that a diagram records. Needs numpy and scipy.
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
algorithm = "%s"
m = 200
n = 100
nonneg = true
[axes]
k = { from = 5, to = 75, points = 8 }
"""


def tacit(binary, algorithm, trials):
    with tempfile.TemporaryDirectory() as d:
        spec = os.path.join(d, "spec.toml")
        with open(spec, "w") as f:
            f.write(SPEC % (trials, algorithm))
        begin = time.perf_counter()
        subprocess.run([binary, "sweep", spec, "-o", os.path.join(d, "out"), "--threads", "1", "--quiet"], check=True, stdout=subprocess.DEVNULL)
        return len(ks) * trials / (time.perf_counter() - begin)


def instance(rng, k):
    a = rng.standard_normal((n, m)) / np.sqrt(n)
    x = np.zeros(m)
    x[rng.choice(m, k, replace=False)] = np.abs(rng.standard_normal(k)) + 0.1
    return a, x


def loop(solve, trials):
    """Trials a second of solve(a, b) over the cells."""
    rng = np.random.default_rng(1)
    begin = time.perf_counter()
    for k in ks:
        for _ in range(trials):
            a, x = instance(rng, k)
            solve(a, a @ x)
    return len(ks) * trials / (time.perf_counter() - begin)


def highs(method):
    return lambda a, b: linprog(np.ones(m), A_eq=a, b_eq=b, method=method)


def cvx():
    from cvxopt import matrix, solvers
    solvers.options.update(show_progress=False, abstol=1e-9, reltol=1e-9, feastol=1e-9)
    g, h, ones = matrix(-np.eye(m)), matrix(np.zeros(m)), matrix(np.ones(m))
    return lambda a, b: solvers.lp(ones, g, h, matrix(a), matrix(b))


def lars():
    import warnings
    from sklearn.linear_model import lars_path
    warnings.simplefilter("ignore")
    return lambda a, b: lars_path(a, b, method="lasso", positive=True)


own = {name: max(tacit(sys.argv[1], name, 250) for _ in range(3)) for name in ("recovery", "l1")}
for name, rate in own.items():
    print(f"tacit sweep, {name:15s} {rate:8.1f} trials/s")
for name, solver in (("linprog highs (ipm+simplex)", lambda: highs("highs")),
                     ("linprog highs-ds", lambda: highs("highs-ds")),
                     ("cvxopt 1e-9", cvx),
                     ("lars_path, no certificate", lars)):
    try:
        solve = solver()
    except ImportError as e:
        print(f"{name:28s} skipped: {e}")
        continue
    rate = max(loop(solve, 6) for _ in range(3))
    print(f"{name:28s} {rate:8.1f} trials/s   recovery {own['recovery'] / rate:5.1f}, l1 {own['l1'] / rate:5.1f} times as fast")
