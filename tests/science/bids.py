"""Bids whose best assignments are published, and small invented tasks."""

import gzip
from functools import cache
from pathlib import Path

import numpy as np

from laureat.science.assigning import problem

DATA = Path(__file__).parent / "data"
LOADS = {"preflib1": 6, "preflib2": 7, "aamas2015": 12}
MAXIMA = {"preflib1": 124.25, "preflib2": 141.5, "aamas2015": 1406.25}
KEEP = (0.80, 0.85, 0.90, 0.95, 0.98, 0.99, 0.995, 1.0)
CAPS = {
    "aamas2015": (
        0.44140625, 0.53515625, 0.65234375, 0.8046875, 0.919921875, 0.9599609375, 0.98046875, 1.0,
    ),
    "preflib1": (
        0.4482421875, 0.541015625, 0.6611328125, 0.818359375, 0.927734375, 0.9638671875,
        0.982421875, 1.0,
    ),
}  # fmt: skip


@cache
def bids(name):
    """The affinity matrix, papers in rows."""
    plain = DATA / f"{name}.in"
    packed = DATA / f"{name}.in.gz"
    text = (
        plain.read_text(encoding="ascii")
        if plain.exists()
        else gzip.decompress(packed.read_bytes()).decode("ascii")
    )
    head, *lines = text.strip().splitlines()
    shape = tuple(int(each) for each in head.split())
    matrix = np.array([[float(cell) for cell in line.split()] for line in lines])
    assert matrix.shape == shape
    return matrix


@cache
def published(name):
    return problem(bids(name), demand=3, most=LOADS[name])


def invented(entries=30, assessors=12, seed=1, **limits):
    """Uniform affinities."""
    fit = np.random.default_rng(seed).random((entries, assessors)).round(3)
    return problem(fit, **{"demand": 3, "most": 10, **limits})


def fields(entries=100, assessors=40, apart=5, seed=1):
    """Tight fields of work: the best teams fall apart into components."""
    rng = np.random.default_rng(seed)
    same = np.arange(entries)[:, None] % apart == np.arange(assessors)[None, :] % apart
    fit = np.where(same, 0.8, 0.1) + 0.2 * rng.random((entries, assessors))
    return problem(fit, demand=4, most=12, least=8)
