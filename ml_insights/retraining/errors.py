"""What can go wrong while models are trained, promoted and rolled back."""

from ml_insights.core.errors import InsufficientData, ProductError
from ml_insights.core.once import ChangedMeanwhile


class LeakFound(ProductError):
    """The feature “{feature}” knows the answer ({measure} {score}), so the training was stopped. The model that answers
    is unchanged; leave the feature out, or find out how it comes to know."""

    status, code = 422, "leak-found"


class FutureFound(ProductError):
    """“{feature}” holds data of {latest}, after the cutoff {cutoff}, so the training was stopped. The model that
    answers is unchanged; correct the dates."""

    status, code = 422, "future-found"


class OneAnswerOnly(InsufficientData):
    """Every example has the same answer ({value}), so there is nothing to learn. The model that answers is unchanged;
    wait for examples of the other kind."""

    status, code = 422, "one-answer-only"


class TooFewExamples(InsufficientData):
    """There are {rows} examples to learn from; at least {least} are needed. The model that answers is unchanged; import
    more."""

    status, code = 422, "too-few-examples"


class NoBetterThanNaive(InsufficientData):
    """What can be learnt from your data foretells worse than the naive method ({metric} {score} against {naive} in
    {units, plural, one {# case} other {# cases}} that it had not seen), so it is not used. Nothing was changed; it is
    tried again with newer data."""

    status, code = 422, "no-better-than-naive"


class ChampionChanged(ChangedMeanwhile):
    """{person} has put another version of the model “{name}” to use in the meantime{moment}. That one answers; nothing
    was overwritten. Run it again to ask it."""

    code = "champion-changed"


class RefusedBefore(InsufficientData):
    """Retraining has compared this recipe of the model “{name}” and refused it (version {version}: {reason}), so it is
    not put to use. Nothing was changed; retrain the model, or promote a version yourself."""

    status, code = 409, "refused-before"


class UnknownModel(ProductError):
    """There is no model “{name}” that can be retrained. There are: {names}."""

    status, code = 404, "unknown-model"


class UnknownRecipe(ProductError):
    """The model “{name}” has no recipe “{recipe}”. There are: {recipes}."""

    status, code = 404, "unknown-recipe"


class AllModelsFailed(ProductError):
    """None of the models could be trained ({reasons}). Those that answered before go on answering."""

    status, code = 500, "all-models-failed"


class RunTakenOver(ProductError):
    """Another process goes on with this retraining, or its data was removed. This one stopped and changed nothing."""

    status, code = 409, "run-taken-over"


class StepFailed(ProductError):
    """It stopped at an unexpected error ({reason}). Nothing was changed by it; the log says more."""

    status, code = 500, "step-failed"


class NoSpace(ProductError):
    """The disk refused to save it ({reason}). Nothing was changed; make room and start again."""

    status, code = 507, "no-space"


class NoReport(ProductError):
    """There is no report of run {run}."""

    status, code = 404, "no-report"
