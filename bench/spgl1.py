"""B11 in one run: tacit against a first-order method of the kind of SPGL1.

Usage: spgl1.py TACIT [seed]

The instance is drawn here: 2^16 rows of the orthonormal DCT-II of length 2^18, and
an x of 5000 nonzeros. The peer follows the Pareto curve of van den Berg and
Friedlander, "Probing the Pareto frontier for basis pursuit solutions", SIAM J. Sci.
Comput. 31 (2008): Newton's method for phi(tau) = min {||Ax-b|| : ||x||_1 <= tau} = 0,
whose subproblems a spectral projected gradient with a nonmonotone line search
(Birgin, Martinez and Raydan 2000) solves. It is written from the paper, in numpy,
with scipy's fast transform, and is no port of their code; its figures speak for the
method, not for their program. Both answers are judged by the same lines below.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
from scipy.fft import dct, idct

M, N, K = 1 << 18, 1 << 16, 5000
TOL = 1e-9


def project(v, tau):
    """The point of the l1 ball of radius tau that is nearest to v."""
    a = np.abs(v)
    if a.sum() <= tau:
        return v
    s = np.sort(a)[::-1]
    c = np.cumsum(s)
    k = np.nonzero(s * np.arange(1, len(s) + 1) > c - tau)[0][-1]
    return np.sign(v) * np.maximum(a - (c[k] - tau) / (k + 1), 0)


class Operator:
    def __init__(self, rows):
        self.rows, self.products = rows, 0

    def mul(self, x):
        self.products += 1
        return dct(x, norm="ortho")[self.rows]

    def mul_t(self, y):
        self.products += 1
        full = np.zeros(M)
        full[self.rows] = y
        return idct(full, norm="ortho")


def pareto(a, b, limit=120):
    begin = time.perf_counter()
    x, r = np.zeros(M), b.copy()
    g = -a.mul_t(r)
    f, tau, step = 0.5 * r @ r, 0.0, 1.0
    past, size = [], np.linalg.norm(b)
    while time.perf_counter() - begin < limit:
        norm, slope = np.linalg.norm(r), np.abs(g).max()
        if norm <= TOL * size:
            break
        gap = abs(r @ (r - b) + tau * slope)
        if gap <= max(1e-3, TOL) * f or (past and abs(past[-1] - f) <= 1e-3 * f):
            tau += norm * norm / slope
            x = project(x, tau)
            past = []
        past = (past + [f])[-10:]
        # Projected gradient with the spectral step, backtracking along the arc.
        t = step
        while True:
            new = project(x - t * g, tau)
            d = new - x
            rest = b - a.mul(new)
            value = 0.5 * rest @ rest
            if value <= max(past) + 1e-4 * (g @ d) or t < 1e-10:
                break
            t /= 2
        gradient = -a.mul_t(rest)
        change = gradient - g
        curvature = d @ change
        step = min(1e5, max(1e-5, (d @ d) / curvature)) if curvature > 0 else 1e5
        x, r, g, f = new, rest, gradient, value
    return x, r / np.abs(g).max(), time.perf_counter() - begin


def judge(name, a, b, truth, x, y, seconds, products):
    y = y / max(1, np.abs(a.mul_t(y)).max())
    value, bound = np.abs(x).sum(), b @ y
    print(
        f"{name:8s} {seconds:7.2f} s  {products:5d} products  residual {np.linalg.norm(a.mul(x) - b) / np.linalg.norm(b):.1e}"
        f"  gap {(value - bound) / value:.1e}  error {np.linalg.norm(x - truth) / np.linalg.norm(truth):.1e}"
    )
    return seconds


def main():
    tacit, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.choice(M, N, replace=False))
    truth = np.zeros(M)
    at = rng.choice(M, K, replace=False)
    truth[at] = (np.abs(rng.standard_normal(K)) + 0.1) * rng.choice([-1, 1], K)
    a = Operator(rows)
    b = a.mul(truth)
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)
        np.save(path("rows.npy"), rows)
        np.save(path("b.npy"), b)
        command = [tacit, "sparse", f"op:dct2:{path('rows.npy')}:{M}", path("b.npy"), "--threads", "1", "-o", path("out"), "--json"]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        x, y = np.load(path("out/x.npy")), np.load(path("out/y.npy"))
    stats = answer["stats"]
    ours = judge("tacit", a, b, truth, x, y, stats["seconds"], stats["passes"])
    a.products = 0
    x, y, seconds = pareto(a, b)
    theirs = judge("pareto", a, b, truth, x, y, seconds, a.products)
    print(f"ratio {theirs / ours:.1f}")


main()
