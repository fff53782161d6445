"""Peers of bench/lowrank: cvxopt's semidefinite solver on M1, alternating least
squares in numpy, which proves nothing, on the completions of low rank, Douglas and
Rachford's splitting in numpy on the others."""
import json
import sys
import time

import numpy as np


def sensing(path):
    from cvxopt import matrix, solvers

    data = np.load(path)
    a, b = data["A"], data["b"]
    n, d, _ = a.shape
    solvers.options.update(show_progress=False, abstol=1e-9, reltol=1e-9, feastol=1e-9)
    # The dual: max bᵀy subject to Σ y_k A_k ⪯ I.
    g = matrix(np.ascontiguousarray(a.reshape(n, d * d).T))
    begin = time.perf_counter()
    r = solvers.sdp(matrix(-b), Gs=[g], hs=[matrix(np.eye(d))])
    seconds = time.perf_counter() - begin
    return seconds, -r["primal objective"], r["status"]


def als(path, rank):
    data = np.load(path)
    p, q = data["shape"]
    rows, cols, b = data["rows"], data["cols"], data["values"]
    begin = time.perf_counter()
    by_row = [np.flatnonzero(rows == i) for i in range(p)]
    by_col = [np.flatnonzero(cols == j) for j in range(q)]
    rng = np.random.default_rng(0)
    v = rng.standard_normal((q, rank))
    u = np.zeros((p, rank))
    for sweep in range(200):
        for i, e in enumerate(by_row):
            w = v[cols[e]]
            u[i] = np.linalg.solve(w.T @ w, w.T @ b[e])
        for j, e in enumerate(by_col):
            w = u[rows[e]]
            v[j] = np.linalg.solve(w.T @ w, w.T @ b[e])
        residual = np.linalg.norm(np.einsum("ij,ij->i", u[rows], v[cols]) - b) / np.linalg.norm(b)
        if residual < 1e-12:
            break
    seconds = time.perf_counter() - begin
    return seconds, np.linalg.svd(u @ v.T, compute_uv=False).sum(), f"residual {residual:.1e}, {sweep + 1} sweeps"


def splitting(path):
    data = np.load(path)
    p, q = data["shape"]
    rows, cols, b = data["rows"], data["cols"], data["values"]
    begin = time.perf_counter()
    z = np.zeros((p, q))
    z[rows, cols] = b
    gamma = 0.1 * np.linalg.norm(z, 2)
    for step in range(1, 401):
        u, s, vt = np.linalg.svd(z, full_matrices=False)
        shrunk = np.maximum(s - gamma, 0)
        x = (u * shrunk) @ vt
        if step % 50 == 0:  # the bound of the dual vector, the norm with the entries put in
            y = ((z - x) / gamma)[rows, cols]
            m = np.zeros((p, q))
            m[rows, cols] = y
            full = x.copy()
            full[rows, cols] = b
            value = np.linalg.svd(full, compute_uv=False).sum()
            gap = 1 - b @ y / np.linalg.norm(m, 2) / value
            if gap < 1e-9:
                break
        w = 2 * x - z
        w[rows, cols] = b
        z += w - x
    seconds = time.perf_counter() - begin
    return seconds, value, f"gap {gap:.1e} after {step} singular value decompositions"


best = None
for _ in range(int(sys.argv[4])):
    run = {"cvxopt": sensing, "splitting": splitting, "als": lambda path: als(path, int(sys.argv[3]))}
    r = run[sys.argv[1]](sys.argv[2])
    best = r if best is None or r[0] < best[0] else best
print(json.dumps({"seconds": best[0], "objective": best[1], "note": best[2]}))
