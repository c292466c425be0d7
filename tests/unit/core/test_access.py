"""The one matrix of roles and areas."""

from ml_insights.core.access import MATRIX, Area, Role, allowed


def test_every_area_says_who_may_enter() -> None:
    assert set(MATRIX) == set(Area)


def test_admins_may_enter_everything() -> None:
    assert all(allowed(Role.ADMIN, area) for area in Area)


def test_nobody_without_a_role_enters_anything() -> None:
    assert not any(allowed(None, area) for area in Area)


def test_administration_is_for_admins_alone() -> None:
    assert MATRIX[Area.USERS] == MATRIX[Area.API_KEYS] == {Role.ADMIN}
