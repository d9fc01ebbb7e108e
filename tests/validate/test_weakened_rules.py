"""Random files show a rule of the screens that is a little too weak; the command of weakened_rules prints how soon."""

import pytest

from tests.validate.weakened_rules import FILES, SEED, WEAKENED, files_until_seen


def test_a_few_random_files_show_most_of_the_weakened_rules():
    assert len(files_until_seen(18, SEED)) > len(WEAKENED) / 2


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_random_files_show_every_weakened_rule():
    assert files_until_seen(FILES, SEED).keys() == WEAKENED.keys()
