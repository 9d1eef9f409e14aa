"""What a set that was not yet looked at would come to: figures as smooth functions of the free parameters.

A quadratic surface a figure, by ridge regression whose strength is chosen, and whose error is told, by leaving out one
set after another (scikit-learn's `RidgeCV`). It knows figures, not the loss: the loss has kinks at the ends of bands,
the figures do not, and it therefore learns more from a hundred sets than a search does that only sees the sum.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy

from teamsim.evidence.bands import Bands, Numbers

__all__ = ["Emulator", "one_core"]

STRENGTHS = np.logspace(-4, 3, 15)
LEAST_ERROR = 1e-6
STEPS = 2000
"""Of every walker; the first half is let pass."""


def one_core() -> Any:
    """Keep linear algebra to one core: these matrices are small, and other cores live through firms."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


class Emulator:
    """Figures in half widths of their bands, over points of the unit cube.

    Parameters
    ----------
    points : array, set x parameter
        Where in their ranges the free parameters lay, 0..1.
    values : array, set x check
        The figures.
    bands : Bands
        What they are held against.

    Attributes
    ----------
    error : array
        By check: the standard error of a set's figure, that of the emulator and of a look's few firms together.

    Examples
    --------
    >>> bands, points = Bands(), np.random.default_rng(1).random((60, 2))
    >>> middle = (bands.low + bands.high) / 2.0
    >>> emulator = Emulator(points, middle + (points[:, :1] - 0.3) * 4.0 * bands.half, bands)
    >>> emulator.best(points[:3]).round(1)[0] in (0.2, 0.3, 0.4)
    True
    """

    def __init__(self, points: Numbers, values: Numbers, bands: Bands) -> None:
        from sklearn.linear_model import RidgeCV
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import PolynomialFeatures

        self.bands = bands
        ridge = RidgeCV(STRENGTHS, alpha_per_target=True, store_cv_results=True)
        self.model: Any = make_pipeline(PolynomialFeatures(2, include_bias=False), ridge)
        self.model.fit(np.asarray(points) - 0.5, bands.scaled(values))
        self.error = np.sqrt(ridge.cv_results_.mean(axis=0).min(axis=1)) + LEAST_ERROR

    def __call__(self, points: Numbers) -> Numbers:
        """Return the figures that sets would come to, in half widths."""
        found: Numbers = self.model.predict(np.atleast_2d(points) - 0.5)
        return found

    def loss(self, points: Numbers) -> Numbers:
        """Return their loss."""
        return self.bands.loss_of_scaled(self(points))

    def best(self, starts: Numbers) -> Numbers:
        """Return the point of least loss, looked for from several starts."""
        size = np.atleast_2d(starts).shape[1]
        step = 1e-4

        def loss(point: Numbers) -> tuple[float, Numbers]:
            around = self.loss(np.vstack([point, point + step * np.eye(size)]))
            return float(around[0]), (around[1:] - around[0]) / step

        how = {"jac": True, "method": "L-BFGS-B", "bounds": [(0.0, 1.0)] * size}
        found = [scipy.optimize.minimize(loss, start, **how) for start in starts]
        point: Numbers = min(found, key=lambda one: float(one.fun)).x
        return point

    def log_likelihood(self, points: Numbers, allowance: Numbers) -> Numbers:
        """Return the logarithm of the chance that all figures of points lie in their bands, or an allowance off."""
        within = ((points >= 0.0) & (points <= 1.0)).all(axis=1)
        room = self.bands.room(self(np.clip(points, 0.0, 1.0))) + allowance
        return np.where(within, scipy.special.log_ndtr(room / self.error).sum(axis=1), -np.inf)

    def draw(self, starts: Numbers, allowance: Numbers, count: int, seed: int) -> Numbers:
        """Draw points that are likely to have all figures inside, all of the ranges being as likely before.

        By emcee's ensemble of walkers, which find out scales and directions from one another (ter Braak 2006).
        """
        import emcee

        size = starts.shape[1]
        rng = np.random.default_rng(seed)
        walkers = starts[rng.integers(0, len(starts), max(4 * size, 40))]
        walkers = np.clip(walkers + 0.01 * rng.normal(size=walkers.shape), 0.0, 1.0)
        sampler = emcee.EnsembleSampler(
            len(walkers), size, self.log_likelihood, args=(allowance,), vectorize=True,
            moves=[(emcee.moves.DEMove(), 0.8), (emcee.moves.DESnookerMove(), 0.2)],
        )  # fmt: skip
        sampler.random_state = np.random.RandomState(seed).get_state()
        sampler.run_mcmc(walkers, STEPS)
        walked = sampler.get_chain(discard=STEPS // 2, flat=True)
        drawn: Numbers = walked[rng.choice(len(walked), count, replace=False)]
        return drawn

