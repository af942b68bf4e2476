"""Finding the wrong cell: ranked, calibrated explanations of violated linear rules by error mechanisms.

`localise(Problem.of(cells, constraints))` answers with a `Diagnosis`; weights, calibration and words are data
(`mechanisms.yaml`, `calibration.yaml`). Belongs here: the search and its probabilities. Does not belong here: reading
rules or workbooks, writing findings.
"""

from quality.localise.diagnosis import Alternative, Component, Diagnosis, Repair, Suspect
from quality.localise.locate import localise
from quality.localise.problem import Cell, Constraint, Problem, ProblemError
from quality.localise.search import Effort
from quality.localise.weights import Confirmed, Weights, load_weights

__all__ = [
    "Alternative",
    "Cell",
    "Component",
    "Confirmed",
    "Constraint",
    "Diagnosis",
    "Effort",
    "Problem",
    "ProblemError",
    "Repair",
    "Suspect",
    "Weights",
    "load_weights",
    "localise",
]
