"""The stories. Their numbers are computed by hand, by docs/subscriptions.md, entitlements.md and usage.md.

Where a number is not obvious, `why` says how it comes about.
"""

from tests.e2e.life.stories.bought_more import BOUGHT_MORE
from tests.e2e.life.stories.by_the_year import BY_THE_YEAR
from tests.e2e.life.stories.changed_mind import CHANGED_MIND
from tests.e2e.life.stories.counted import COUNTED
from tests.e2e.life.stories.late_payer import LATE_PAYER
from tests.e2e.life.stories.leaver import LEAVER
from tests.e2e.life.stories.one_plan import ONE_PLAN
from tests.e2e.life.stories.packs import PACKS
from tests.e2e.life.stories.rolling import ROLLING
from tests.e2e.life.stories.trials import TRIALS

STORIES = (
    ONE_PLAN,
    LATE_PAYER,
    TRIALS,
    CHANGED_MIND,
    BY_THE_YEAR,
    BOUGHT_MORE,
    PACKS,
    ROLLING,
    COUNTED,
    LEAVER,
)

__all__ = ["STORIES"]
