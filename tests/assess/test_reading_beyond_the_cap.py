"""Two readings that both reach the cap are told apart by the evidence, not by their priors alone."""

from __future__ import annotations

from counterlure.assess import load_prior, load_weights
from counterlure.assess.weigh import weigh_scores
from counterlure.model import Reading

STRONG = {"sensitive_request_for_pay", "pay_rises_with_confidentiality", "leverage_built", "coercion"}


def test_recruitment_is_named_where_its_signs_go_far_beyond_the_cap():
    weighed = weigh_scores(dict.fromkeys(STRONG, 1.0), load_prior(), load_weights())
    assert weighed.reading is Reading.RECRUITMENT
    assert weighed.posterior[Reading.RECRUITMENT] > 0.8


def test_the_likelihood_itself_stays_under_the_cap():
    few = weigh_scores({"coercion": 1.0, "sensitive_request_for_pay": 1.0}, load_prior(), load_weights())
    many = weigh_scores(dict.fromkeys(STRONG, 1.0), load_prior(), load_weights())
    assert few.likelihood <= many.likelihood < 0.97
