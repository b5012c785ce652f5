"""What the metrics of anomaly detection share.

Without labels nobody knows which rows are odd. What can be measured is whether a detector knows what normal is: each
part gets made-up rows, in which some values are drawn at random, and a good detector finds them more unusual than the
real ones. The share of pairs in the wrong order is an estimate of the area under the mass-volume curve, where volume is
counted by the made-up rows; among all detectors it is lowest for the one that ranks rows by their density.

Source:
    Clemencon and Jakubowicz 2013, Scoring anomalies: a M-estimation formulation, AISTATS, PMLR 31; Goix 2016, How to
    evaluate the quality of unsupervised anomaly detection algorithms?, arXiv:1607.01152.
"""

from core.outputs import AnomalyOut
from evaluation.spec import FloatArray, Predictions
from evaluation.weighted import weighted_mean


def mistaken_share(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """How often a made-up row looks more normal than a real one, in [0, 1]; 0.5 is guessing."""
    return weighted_mean(predictions.y_out[:, AnomalyOut.MADE_UP], weights)


def is_flagged(predictions: Predictions) -> FloatArray:
    """1 for rows above the threshold, else 0."""
    above = predictions.y_out[:, AnomalyOut.SCORE] > predictions.y_out[:, AnomalyOut.THRESHOLD]
    flagged: FloatArray = above.astype(float)
    return flagged


def has_judge(predictions: Predictions) -> bool:
    """Whether a reference column says which rows are odd, and both kinds are among them."""
    return predictions.n_classes == 2 and bool((predictions.y_true != predictions.y_true[0]).any())
