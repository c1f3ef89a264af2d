"""A responsible doctor takes a value as it stands, with its paper before them."""

from phoihop.base.org.doors import action
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.actions.ordering import signer
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Signed
from phoihop.programmes.ost.queries import values


@action("ost.sign_value", "Ký giá trị chuyên môn", "Sign a clinical value", step_up=True)
def sign_value(*, by: Viewer, mark: str, compared: bool, paper: str) -> Signed:
    """Sign exactly the row of that name; from now on it counts.

    ``compared``: the doctor says that row and paper agree; ``paper``: its number. Refusal: "value-changed"
    where no row reads so any more, "value-not-compared", "value-signed" for one that counts without.
    """
    row = values.row_marked(mark)
    if row is None:
        raise refuse("value-changed")
    if row.certainty.in_force:
        raise refuse("value-signed")
    if not compared or not paper.strip():
        raise refuse("value-not-compared")
    return Signed.objects.create(
        rule=row.rule_id,
        value=row.value,
        unit=row.unit,
        valid_from=row.valid_from,
        source=row.source,
        paper=paper.strip(),
        account_id=signer(by),
    )
