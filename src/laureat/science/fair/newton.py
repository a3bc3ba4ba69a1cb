"""Newton's step and the inverse information on the centred space."""

from __future__ import annotations

import numpy as np
from scipy.linalg import (  # type: ignore[import-untyped,unused-ignore]
    LinAlgError,
    cho_factor,
    cho_solve,
)

from laureat.saying import say
from laureat.science.fair.data import Floats, Ints, NotEstimableError
from laureat.science.fair.passes import State


class SingularError(NotEstimableError):
    """The information matrix has no inverse at `vector`."""

    def __init__(self, vector: Floats) -> None:
        self.vector = vector
        self.message = say("the ratings do not fix every measure (the information is singular)")
        super().__init__(self.message)


def solver(info: Floats, constraints: Floats, fixed: Ints) -> tuple[tuple[Floats, bool], Floats]:
    """Cholesky factor of the information with the centring ridge and the anchors in it."""
    weight = float(np.abs(np.diag(info)).mean()) or 1.0
    matrix = info + weight * constraints.T @ constraints
    matrix[fixed, :] = 0.0
    matrix[:, fixed] = 0.0
    matrix[fixed, fixed] = 1.0
    return cho_factor(matrix, lower=True, check_finite=False), matrix


def newton_step(
    state: State, constraints: Floats, fixed: Ints, gradient: Floats, extra: Floats
) -> Floats:
    """The step, damped (Levenberg) until the information is positive definite."""
    damp = 0.0
    scale = float(np.abs(np.diag(state.info)).max())
    gradient = gradient.copy()
    gradient[fixed] = 0.0
    for _ in range(25):
        try:
            factor, _ = solver(
                state.info + np.diag(extra) + damp * np.eye(state.info.shape[0]), constraints, fixed
            )
        except LinAlgError:
            damp = max(damp * 8.0, 1e-6 * scale)
            continue
        step = np.asarray(cho_solve(factor, gradient, check_finite=False))
        if constraints.size:
            T = np.asarray(cho_solve(factor, constraints.T, check_finite=False))
            step -= T @ np.linalg.solve(constraints @ T, constraints @ step)
        if np.all(np.isfinite(step)):
            return step
        damp = max(damp * 8.0, 1e-6 * scale)
    raise SingularError(state.vector)


def covariance(state: State, constraints: Floats, fixed: Ints, extra: Floats) -> Floats:
    """Inverse of the observed information on the centred space; anchors have none."""
    try:
        factor, _ = solver(state.info + np.diag(extra), constraints, fixed)
    except LinAlgError as error:
        raise SingularError(state.vector) from error
    inverse = np.asarray(cho_solve(factor, np.eye(state.info.shape[0]), check_finite=False))
    if constraints.size:
        # The ridge leaves 1/ridge along the flat directions: take them out again.
        T = inverse @ constraints.T
        inverse -= T @ np.linalg.solve(constraints @ T, T.T)
    inverse[fixed, :] = 0.0
    inverse[:, fixed] = 0.0
    return np.asarray((inverse + inverse.T) / 2.0)
