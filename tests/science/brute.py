"""The marginal likelihood written down anew and maximised by somebody else's optimiser.

No code of the engine: 201 even nodes, analytic gradient, scipy's BFGS. Unused categories inside of a
scale are left out, the others keep their numbers (Wilson & Masters 1993).
"""

import numpy as np
from scipy.optimize import minimize

NODES = np.linspace(-8.0, 8.0, 201)
WEIGHTS = np.exp(-0.5 * NODES**2) * (NODES[1] - NODES[0]) / np.sqrt(2 * np.pi)


class Brute:
    """columns: codes of entry, assessor, criterion; score: numbers. by_criterion: pcm."""

    def __init__(self, entry, assessor, criterion, score, *, by_criterion):
        self.e, self.a, self.c = (np.asarray(x) for x in (entry, assessor, criterion))
        self.group = self.c if by_criterion else np.zeros_like(self.c)
        score = np.asarray(score, float)
        self.N, self.J, self.I = (int(x.max()) + 1 for x in (self.e, self.a, self.c))
        self.used, self.x = [], np.zeros(score.size, int)
        for g in range(int(self.group.max()) + 1):
            mine = self.group == g
            values = np.unique(score[mine])
            unit = np.gcd.reduce(np.round(np.diff(values) * 10).astype(int)) / 10
            self.used.append(np.round((values - values[0]) / unit).astype(int))
            self.x[mine] = np.searchsorted(values, score[mine])
        self.free = [len(u) - 2 for u in self.used]

    def unpack(self, v):
        at = 0

        def centred(size):
            nonlocal at
            part = v[at : at + size - 1]
            at += size - 1
            return np.append(part, -part.sum())

        C, D = centred(self.J), centred(self.I)
        cums = []
        for used, free in zip(self.used, self.free, strict=True):
            # cum at the lowest and the highest category is 0: thresholds sum to zero.
            cums.append(np.concatenate(([0.0], v[at : at + free], [0.0])))
            assert len(cums[-1]) == len(used)
            at += free
        return C, D, cums, v[at], v[at + 1]

    def loss(self, v):
        C, D, cums, mu, log_sd = self.unpack(v)
        sd = np.exp(log_sd)
        place = (mu + sd * NODES) - (C[self.a] + D[self.c])[:, None]
        total = np.zeros((self.N, NODES.size))
        residual = np.zeros_like(place)
        tails = []
        for g, (used, cum) in enumerate(zip(self.used, cums, strict=True)):
            mine = np.flatnonzero(self.group == g)
            # Categories first: numpy takes sums over a long last axis many times faster.
            logs = used[:, None, None] * place[mine] - cum[:, None, None]
            best = logs.max(axis=0)
            p = np.exp(logs - best)
            norm = p.sum(axis=0)
            p /= norm
            chosen = np.take_along_axis(logs, self.x[mine][None, :, None], axis=0)[0]
            np.add.at(total, self.e[mine], chosen - (best + np.log(norm)))
            residual[mine] = used[self.x[mine]][:, None] - np.tensordot(used, p, axes=1)
            tails.append((mine, p))
        top = total.max(axis=1, keepdims=True)
        joint = np.exp(total - top) * WEIGHTS
        sums = joint.sum(axis=1, keepdims=True)
        value = float((top + np.log(sums)).sum())
        post = joint / sums
        w = post[self.e]
        r = (w * residual).sum(axis=1)
        gC = -np.bincount(self.a, r, self.J)
        gD = -np.bincount(self.c, r, self.I)
        parts = [gC[:-1] - gC[-1], gD[:-1] - gD[-1]]
        for mine, p in tails:
            seen = np.bincount(self.x[mine], minlength=len(p))
            parts.append(-(seen - np.tensordot(p, w[mine], axes=2))[1:-1])
        g_mu = r.sum()
        g_sd = (w * residual * (sd * NODES)).sum()
        return -value, -np.concatenate([*parts, [g_mu, g_sd]])

    def maximise(self, starts=((0.0, 0.0), (0.5, -1.0))):
        size = self.J - 1 + self.I - 1 + sum(self.free) + 2
        best = np.inf
        for mu, log_sd in starts:
            v = np.zeros(size)
            v[-2:] = mu, log_sd
            found = minimize(
                self.loss, v, jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 600}
            )
            if found.fun < best:
                best, self.at = found.fun, found.x
        return -best
