"""A column of plain hashes is refused: whoever hashes every phone number, e-mail or NIR finds whose each is."""

import pyarrow as pa
import pyarrow.compute as pc

from ..column_policies import Keep
from ..errors import UnsafeData
from ..messages import _
from ..privacy_policy import Privacy

_DIGEST = "^([0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})$"


def refuse_plain_hashes(table: pa.Table, privacy: Privacy, source: str) -> None:
    """Raise UnsafeData for a column kept as it came whose every value is a digest, unless a person reviewed it."""
    for name, policy in privacy.columns.items():
        if not isinstance(policy, Keep) or policy.reviewed or name not in table.column_names:
            continue
        values = table[name].drop_null()
        if not pa.types.is_string(values.type) or not len(values):
            continue
        if pc.all(pc.match_substring_regex(values, _DIGEST)).as_py():
            raise UnsafeData(
                _(
                    "{source}: “{column}” holds plain hashes, which are undone by hashing every possible value. "
                    "Deliver the value itself and declare `pseudonymise`, drop the column, or say in `reviewed:` who "
                    "saw that it is about nobody."
                ).format(source=source, column=name)
            )
