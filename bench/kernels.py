#!/usr/bin/env python3
"""Times the dense kernels of numpy's BLAS for comparison with bench/kernels.

    OPENBLAS_NUM_THREADS=1 python3 bench/kernels.py

prints one line per kernel: name, best seconds of several runs, and a rate.
"""
import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np


def best(f, at_least=0.4):
    f()
    t, total = float("inf"), 0.0
    n = 1
    while total < at_least:
        start = time.perf_counter()
        for _ in range(n):
            f()
        s = time.perf_counter() - start
        total += s
        t = min(t, s / n)
        if s < 1e-3:
            n *= 4
    return t


def line(name, seconds, amount, unit):
    rate = f"{amount / seconds / 1e9:10.2f} {unit}" if amount else ""
    print(f"{name:<24}{seconds:12.3e} s {rate}".rstrip())


def main():
    rng = np.random.default_rng(1)
    n, m = 1000, 4000
    a, d = rng.standard_normal((n, m)), rng.random(m)
    line("gram 1000x4000", best(lambda: (a * d) @ a.T), n * n * m, "GFLOP/s")
    b = np.sqrt(d) * a
    line("syrk 1000x4000", best(lambda: b @ b.T), n * n * m, "GFLOP/s")
    x, y, z = rng.standard_normal((3, n, n))
    line("gemm 1000", best(lambda: np.matmul(x, y, out=z)), 2 * n**3, "GFLOP/s")
    for k in (100, 300, 1000):
        g = a[:k] @ a[:k].T
        line(f"cholesky {k}", best(lambda: np.linalg.cholesky(g)), k**3 / 3, "GFLOP/s")
    for k in (100, 300):
        g = a[:k] @ a[:k].T
        line(f"eigh {k}", best(lambda: np.linalg.eigh(g)), 0, "")
        line(f"svd {k}", best(lambda: np.linalg.svd(a[:k, :k], full_matrices=False)), 0, "")
    for r, c in ((100, 400), (300, 1200), (1000, 4000), (2000, 8000)):
        w = rng.standard_normal((r, c))
        u, v = rng.standard_normal(c), rng.standard_normal(r)
        line(f"gemv {r}x{c}", best(lambda: w @ u), 8 * r * c, "GB/s")
        line(f"gemvt {r}x{c}", best(lambda: v @ w), 8 * r * c, "GB/s")
    for k in (4000, 1000000):
        e, p, f = rng.standard_normal(k), rng.random(k), np.empty(k)
        line(f"exp {k}", best(lambda: np.exp(e, out=f)), k, "G/s")
        line(f"log {k}", best(lambda: np.log(p, out=f)), k, "G/s")


if __name__ == "__main__":
    sys.exit(main())
