"""Density clusterings that say where new rows belong."""

import numpy as np
import pytest
from sklearn.cluster import DBSCAN, HDBSCAN

from models.anomalies import lay_out, made_up_rows
from models.estimators.density import DensityClusters, HierarchicalDensityClusters, radius_at_knee


def rings(n: int = 200) -> np.ndarray:
    rng = np.random.default_rng(0)
    angle = rng.random(n) * 2 * np.pi
    radius = np.where(np.arange(n) % 2, 1.0, 4.0)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]) + 0.05 * rng.normal(size=(n, 2))


def test_labels_are_those_of_the_library() -> None:
    X = rings()
    np.testing.assert_array_equal(
        DensityClusters(eps=0.8, min_samples=4).fit(X).labels_, DBSCAN(eps=0.8, min_samples=4).fit(X).labels_
    )
    np.testing.assert_array_equal(
        HierarchicalDensityClusters(min_cluster_size=10).fit(X).labels_,
        HDBSCAN(min_cluster_size=10, min_samples=10, copy=True).fit(X).labels_,
    )


@pytest.mark.parametrize("estimator", [DensityClusters(eps=0.8), HierarchicalDensityClusters(min_cluster_size=10)])
def test_new_rows_join_the_ring_they_lie_on_or_are_noise(estimator: DensityClusters) -> None:
    X = rings()
    estimator.fit(X)
    inner, outer = estimator.labels_[1], estimator.labels_[0]
    assert inner != outer
    found = estimator.predict(np.array([[0.0, 1.0], [0.0, -4.0], [0.0, 2.5], [30.0, 0.0]]))
    assert found.tolist() == [inner, outer, -1, -1]
    core = estimator.labels_ >= 0
    np.testing.assert_array_equal(estimator.predict(X[core]), estimator.labels_[core])


def test_knee_of_the_distances_parts_dense_rows_from_far_ones() -> None:
    X = np.vstack([rings(), [[20, 20], [-20, 20], [20, -20]]])
    assert 0.05 < radius_at_knee(X, 5) < 2.0
    assert radius_at_knee(np.zeros((20, 2)), 5) == 1.0
    assert DensityClusters().fit(X).n_clusters_ >= 2


def test_rows_without_any_dense_place_are_all_noise() -> None:
    X = np.arange(20.0)[:, None] * 100
    estimator = DensityClusters(eps=1.0).fit(X)
    assert estimator.n_clusters_ == 0
    assert estimator.cluster_centers_.shape == (0, 1)
    assert (estimator.predict(X) == -1).all()


def test_made_up_rows_differ_in_a_few_columns_and_keep_flags_flags() -> None:
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(size=(400, 8)), rng.integers(2, size=400)])
    made = made_up_rows(X, X)
    np.testing.assert_array_equal(made, made_up_rows(X, X))
    assert ((made != X).sum(axis=1) <= 3).all()
    assert set(np.unique(made[:, 8])) <= {0.0, 1.0}
    assert made_up_rows(np.tile(X, (4, 1)), X).shape == (1_000, 9)


def test_share_of_more_normal_made_up_rows_counts_ties_half() -> None:
    out = lay_out(np.array([0.0, 2.0, 9.0]), np.array([1.0, 2.0, 3.0, 4.0]), threshold=5.0)
    assert out[:, 2].tolist() == [0.0, (1 + 0.5) / 4, 1.0]
    assert out[:, 1].tolist() == [0.0, 2.0, 9.0]
    assert set(out[:, 0]) == {5.0}
