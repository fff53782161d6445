"""Hard-margin separators by the peers that are installed: one thread, the solve
alone is timed, and the margin of each answer is computed here from its w.

    peers.py FILE.npz REPS LIMIT      one JSON line for each peer and setting
"""
import json, os, sys, time, warnings
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np
import scipy.sparse as sp

warnings.filterwarnings("ignore")
path, reps, limit = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
f = np.load(path)
if "indptr" in f:
    X = sp.csr_matrix((f["data"], f["indices"], f["indptr"]), shape=tuple(f["shape"]))
    y = f["b"]
else:
    X, y = f["X"], f["y"]
N, d = X.shape
dense = not sp.issparse(X)


def margin(w):
    n = np.linalg.norm(w)
    return float((y * (X @ w)).min() / n) if n > 0 else -1.0


def run(name, setting, solve):
    best, w = float("inf"), None
    try:
        for _ in range(reps):
            t = time.perf_counter()
            w = solve()
            best = min(best, time.perf_counter() - t)
            if best > limit / 4:
                break
        print(json.dumps({"peer": name, "setting": setting, "seconds": best, "margin": margin(w)}), flush=True)
    except Exception as e:  # a failure is a row of the table
        print(json.dumps({"peer": name, "setting": setting, "failed": str(e)[:100]}), flush=True)
    return best


try:
    from sklearn.svm import SVC, LinearSVC

    for loss in ("hinge", "squared_hinge"):
        for tol in (1e-6, 1e-8, 1e-9, 1e-10):
            C = 1e6 if loss == "hinge" else 1e12
            s = run("liblinear-" + loss, f"tol={tol:g}", lambda: LinearSVC(loss=loss, C=C, tol=tol, fit_intercept=False, dual=True, max_iter=20000).fit(X, y).coef_[0])
            if s > limit:
                break
    # libsvm always has an intercept: with z and -z it is 0 by symmetry.
    if dense and N <= 5000 or N <= 400:
        Z = X * y[:, None] if dense else sp.diags(y) @ X
        XX = np.vstack([Z, -Z]) if dense else sp.vstack([Z, -Z]).tocsr()
        yy = np.r_[np.ones(N), -np.ones(N)]
        for tol in (1e-6, 1e-10):
            def svc():
                m = SVC(kernel="linear", C=1e10, tol=tol, cache_size=2000).fit(XX, yy)
                w = m.coef_
                return np.asarray(w.todense()).ravel() if sp.issparse(w) else w.ravel()
            if run("libsvm", f"tol={tol:g}", svc) > limit:
                break
except ImportError:
    print(json.dumps({"peer": "scikit-learn", "failed": "not installed"}))

try:
    import cvxopt

    cvxopt.solvers.options.update({"show_progress": False, "abstol": 1e-14, "reltol": 1e-12, "feastol": 1e-12, "maxiters": 200})
    if dense:
        Z = X * y[:, None]

        def primal():
            P, q = cvxopt.matrix(np.eye(d)), cvxopt.matrix(np.zeros(d))
            G, h = cvxopt.matrix(-Z), cvxopt.matrix(-np.ones(N))
            return np.array(cvxopt.solvers.qp(P, q, G, h)["x"]).ravel()

        def dual():
            P, q = cvxopt.matrix(Z @ Z.T), cvxopt.matrix(-np.ones(N))
            G, h = cvxopt.matrix(-np.eye(N)), cvxopt.matrix(np.zeros(N))
            return Z.T @ np.array(cvxopt.solvers.qp(P, q, G, h)["x"]).ravel()

        if d <= 500:
            run("cvxopt-primal", "1e-12", primal)
        if N <= 1000:
            run("cvxopt-dual", "1e-12", dual)
except ImportError:
    print(json.dumps({"peer": "cvxopt", "failed": "not installed"}))

try:
    from scipy.optimize import nnls

    if dense and min(N, d) <= 1500:
        Z = X * y[:, None]
        E = np.vstack([Z.T, np.ones(N)])
        rhs = np.zeros(d + 1)
        rhs[d] = 1

        def ldp():  # Lawson and Hanson's least distance programming
            u, _ = nnls(E, rhs, maxiter=100 * N)
            r = E @ u - rhs
            return -r[:d] / r[d]

        run("nnls-ldp", "", ldp)
except ImportError:
    print(json.dumps({"peer": "scipy", "failed": "not installed"}))
