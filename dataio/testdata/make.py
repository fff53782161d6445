"""Makes the files of this folder with NumPy and SciPy.

Every A is the 3x4 matrix A[i, j] = 10 i + j (for truth values (i + j) odd),
every b is (1, 2, 3); the sparse matrix has 10 i + j where i + j is odd.
"""
import numpy as np
import scipy.sparse as sp
from numpy.lib import format as fmt

A = np.add.outer(10.0 * np.arange(3), np.arange(4.0))
b = np.array([1.0, 2.0, 3.0])

for name in ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1"]:
    for order, label in [("<", "le"), (">", "be")]:
        if name[1] == "1" and order == ">":
            continue
        np.save(f"{name}-{label}.npy", A.astype(order + name))
np.save("b1.npy", (A.astype(int) % 2 + np.arange(3)[:, None]) % 2 == 1)
np.save("fortran.npy", np.asfortranarray(A))
np.save("cube-fortran.npy", np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)))
np.save("scalar.npy", np.array(7.5))
for version in [(2, 0), (3, 0)]:
    with open(f"version{version[0]}.npy", "wb") as f:
        fmt.write_array(f, A, version=version)

np.save("object.npy", np.array([[1, None]], dtype=object), allow_pickle=True)
np.save("record.npy", np.zeros(2, dtype=[("x", "f8"), ("y", "i4")]))
np.save("complex.npy", A.astype(complex))
np.save("words.npy", np.array(["a", "bc"]))
np.save("dates.npy", np.array(["2020-01-01"], dtype="M8[D]"))

np.savez("stored.npz", A=A, b=b, note=np.array("hello"))
np.savez_compressed("deflated.npz", A=np.asfortranarray(A).astype(">f4"), b=b)
S = sp.csr_matrix(np.where((np.arange(3)[:, None] + np.arange(4)) % 2 == 1, A, 0))
for layout in ["csr", "csc", "coo", "bsr"]:
    sp.save_npz(f"{layout}.npz", S.asformat(layout), compressed=layout != "csc")
