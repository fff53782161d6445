"""Runs the peers on one instance, one request at a time.

Usage: peers.py DIR, where DIR holds meta.json, b.npy and A.npy (dense) or
data.npy, indices.npy, indptr.npy (compressed columns).

Answers one JSON line on stdout for each JSON line on stdin
{"peer": name, "limit": seconds, "out": prefix}: {"seconds", "cpu", "status", "x",
"y"}, where x and y name files of raw float64. The first line lists the peers that can
run here and why the others cannot. Only the solve is timed: imports, files and
conversions to a library's own matrix type are not.
"""
import json
import os
import signal
import sys
import time
import warnings

# Libraries print; the protocol keeps the true stdout to itself.
replies = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
warnings.filterwarnings("ignore")

TOL = 1e-9
DENSE_LIMIT = 1 << 30  # bytes of a sparse A that is made dense for a dense peer


class Instance:
    """A x = b as each library wants it; conversions are made once."""

    def __init__(self, folder):
        import numpy as np

        self.np = np
        path = lambda name: os.path.join(folder, name)
        with open(path("meta.json")) as f:
            meta = json.load(f)
        self.n, self.m, self.nonneg = meta["n"], meta["m"], meta["nonneg"]
        self.sparse = meta["kind"] == "csc"
        self.b = np.load(path("b.npy"))
        if self.sparse:
            from scipy.sparse import csc_matrix

            parts = (np.load(path(f + ".npy")) for f in ("data", "indices", "indptr"))
            self.a = csc_matrix(tuple(parts), shape=(self.n, self.m))
        else:
            self.a = np.load(path("A.npy"))
        self.made = {}

    def once(self, key, make):
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]

    def stack(self, blocks, vertical=False):
        if self.sparse:
            import scipy.sparse as sp

            return (sp.vstack if vertical else sp.hstack)(blocks, format="csc")
        return (self.np.vstack if vertical else self.np.hstack)(blocks)


class NotRun(Exception):
    pass


HIGHS_TOL = dict(primal_feasibility_tolerance=TOL, dual_feasibility_tolerance=TOL)


def highs(method, **settings):
    """min 1'x, Ax=b, x>=0, or the same on x = u - v."""

    def prepare(p):
        from scipy.optimize import linprog

        a = p.a if p.nonneg else p.once("split", lambda: p.stack([p.a, -p.a]))
        c = p.np.ones(a.shape[1])

        def solve(limit):
            options = dict(settings, time_limit=limit)
            r = linprog(c, A_eq=a, b_eq=p.b, bounds=(0, None), method=method, options=options)
            if r.x is None:
                return None, None, r.message
            x = r.x if p.nonneg else r.x[: p.m] - r.x[p.m :]
            return x, r.eqlin.marginals, "" if r.status == 0 else r.message

        return solve

    return prepare


def highs_dual(p):
    """max b'y, A'y <= 1; signed: A'y = s, -1 <= s <= 1. Here the dual form has
    few variables, and without presolve the simplex method starts feasible."""
    from scipy.optimize import linprog

    if p.nonneg:
        at = p.once("transpose", lambda: p.a.T.tocsc() if p.sparse else p.np.ascontiguousarray(p.a.T))
        constraints = dict(A_ub=at, b_ub=p.np.ones(p.m), bounds=(None, None))
        c = -p.b
    else:
        import scipy.sparse as sp

        rows = p.once("slack", lambda: sp.hstack([sp.csc_matrix(p.a.T), -sp.identity(p.m)], format="csc"))
        bounds = p.np.vstack([p.np.tile([-p.np.inf, p.np.inf], (p.n, 1)), p.np.tile([-1.0, 1.0], (p.m, 1))])
        constraints = dict(A_eq=rows, b_eq=p.np.zeros(p.m), bounds=bounds)
        c = p.np.concatenate([-p.b, p.np.zeros(p.m)])

    def solve(limit):
        options = dict(HIGHS_TOL, presolve=False, time_limit=limit)
        r = linprog(c, method="highs-ds", options=options, **constraints)
        if r.x is None:
            return None, None, r.message
        x = -(r.ineqlin if p.nonneg else r.eqlin).marginals
        return x, r.x[: p.n], "" if r.status == 0 else r.message

    return solve


def lars(p):
    """The lasso path down to zero penalty."""
    a = fortran(p)

    def solve(limit):
        _, _, x = lasso_path(p, a, return_path=False)
        return x, None, ""

    return solve


def lars_cert(p):
    """The same with a dual vector: y = A_S (A_S'A_S)^-1 sgn(x_S) on the last
    active set S, or, where that is not feasible, the residual at one of the
    last knots of the path, whose correlations are bounded by the penalty."""
    np, a = p.np, fortran(p)

    def excess(y):
        c = a.T @ y
        return c.max() if p.nonneg else np.abs(c).max()

    def solve(limit):
        _, active, path = lasso_path(p, a, return_path=True)
        x = path[:, -1]
        s = [j for j in active if x[j] != 0]
        cols = a[:, s]
        best = cols @ np.linalg.solve(cols.T @ cols, np.sign(x[s]))
        best /= max(1, excess(best))
        knots = range(path.shape[1] - 2, max(-1, path.shape[1] - 7), -1)
        for k in knots:
            if p.b @ best >= (1 - TOL) * np.abs(x).sum():
                break
            r = p.b - a @ path[:, k]
            r /= excess(r)
            if p.b @ r > p.b @ best:
                best = r
        return x, best, ""

    return solve


def fortran(p):
    """A as LARS works on it."""
    if p.sparse and 8 * p.n * p.m > DENSE_LIMIT:
        raise NotRun("lars_path needs a dense A")
    return p.once("fortran", lambda: p.np.asfortranarray(p.a.toarray() if p.sparse else p.a))


def lasso_path(p, a, return_path):
    from sklearn.linear_model import lars_path

    return lars_path(
        a, p.b, method="lasso", positive=p.nonneg, alpha_min=0, max_iter=8 * p.n, return_path=return_path
    )


def cvxopt_lp(kktsolver):
    """conelp on the dual form, whose normal equations are n by n; the signed
    problem has the 2m constraints +-A'y <= 1. The default, Cholesky, gives up
    short of 1e-9 where the support has fewer than n entries, because the
    normal equations become singular; QR does not, for more time."""
    return lambda p: cvxopt_prepare(p, kktsolver)


def cvxopt_prepare(p, kktsolver):
    from cvxopt import matrix, solvers, spmatrix

    solvers.options.update(show_progress=False, abstol=TOL, reltol=TOL, feastol=TOL, maxiters=200)

    def convert():
        at = p.a.T if p.nonneg else p.stack([p.a.T, -p.a.T], vertical=True)
        if p.sparse:
            at = at.tocoo()
            return spmatrix(at.data, at.row.astype(int).tolist(), at.col.astype(int).tolist(), at.shape)
        return matrix(p.np.ascontiguousarray(at))

    g = p.once("cvxopt", convert)
    c, h = matrix(-p.b), matrix(1.0, (g.size[0], 1))

    def solve(limit):
        r = solvers.lp(c, g, h, kktsolver=kktsolver)
        z = p.np.array(r["z"]).ravel()
        x = z if p.nonneg else z[: p.m] - z[p.m :]
        return x, p.np.array(r["x"]).ravel(), "" if r["status"] == "optimal" else r["status"]

    return solve


PEERS = {
    "highs": ("scipy", highs("highs")),
    "highs-ds": ("scipy", highs("highs-ds", **HIGHS_TOL)),
    "highs-ds-np": ("scipy", highs("highs-ds", presolve=False, **HIGHS_TOL)),
    "highs-ipm": ("scipy", highs("highs-ipm", ipm_optimality_tolerance=TOL, **HIGHS_TOL)),
    "highs-dual": ("scipy", highs_dual),
    "lars": ("sklearn", lars),
    "lars-cert": ("sklearn", lars_cert),
    "cvxopt": ("cvxopt", cvxopt_lp("chol2")),
    "cvxopt-qr": ("cvxopt", cvxopt_lp("qr")),
}


def available():
    """Versions of what is installed, and for each peer whether it can run."""
    import importlib

    versions, missing = {"python": sys.version.split()[0]}, {}
    for module in ("numpy", "scipy", "sklearn", "cvxopt"):
        try:
            versions[module] = importlib.import_module(module).__version__
        except ImportError as e:
            missing[module] = str(e)
    try:
        from threadpoolctl import threadpool_info

        for pool in threadpool_info():
            if pool["user_api"] == "blas":
                versions["blas"] = "%s %s %s, %d threads" % (
                    pool["internal_api"],
                    pool["version"],
                    pool.get("architecture"),
                    pool["num_threads"],
                )
    except ImportError:
        versions["blas"] = "unknown (threadpoolctl is not installed)"
    why = {name: missing.get(module, missing.get("numpy", "")) for name, (module, _) in PEERS.items()}
    return {"versions": versions, "peers": why}


class OutOfTime(Exception):
    pass


def alarm(signum, frame):
    raise OutOfTime


def run(p, request):
    """One timed solve. The alarm reaches Python code; HiGHS has its own limit;
    whatever heeds neither is killed by the caller."""
    try:
        solve = PEERS[request["peer"]][1](p)
    except NotRun as e:
        return {"seconds": None, "status": "not run: %s" % e}
    signal.setitimer(signal.ITIMER_REAL, request["limit"] + 1)
    x = y = None
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        x, y, status = solve(request["limit"])
    except OutOfTime:
        status = "time limit"
    except Exception as e:  # a peer that fails is a result
        status = "%s: %s" % (type(e).__name__, e)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    reply = {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "status": status}
    for key, v in (("x", x), ("y", y)):
        if v is not None:
            reply[key] = request["out"] + "." + key
            p.np.asarray(v, dtype="<f8").tofile(reply[key])
    return reply


def main():
    signal.signal(signal.SIGALRM, alarm)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller ends this process
    say = lambda reply: replies.write(json.dumps(reply) + "\n")
    say(available())
    p = None
    for line in sys.stdin:
        if p is None:
            p = Instance(sys.argv[1])
        say(run(p, json.loads(line)))


main()
