"""Links, roles, profiles and the demo company's logins, on both databases."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import Session, select

from ml_insights.accounts import queries, service
from ml_insights.accounts.errors import (
    AccountInactive,
    EmailTaken,
    InvalidEmail,
    LastAdmin,
    LinkUnusable,
    UnknownUser,
    WeakPassword,
    WrongCredentials,
)
from ml_insights.accounts.tables import SetupLink, User, UserSession
from ml_insights.core import clock
from ml_insights.core.access import Role

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
EMAIL, PASSWORD = "ana@empresa.cl", "correct horse 9"


def token_of(link: str | None) -> str:
    assert link is not None and link.startswith("http://localhost:3000/setup?")
    return parse_qs(urlsplit(link).query)["token"][0]


def add(session: Session, email: str = EMAIL, role: Role = Role.ADMIN) -> int:
    service.add_user(session, email, email.partition("@")[0], role, PASSWORD, "test")
    session.flush()
    user = queries.user_by_email(session, email)
    assert user is not None and user.id is not None
    return user.id


def test_the_first_admin_sets_the_product_up_with_the_printed_link(session: Session) -> None:
    token = token_of(service.ensure_setup_link(session))
    assert service.complete_setup(session, token, "Ana Rojas", "Ana@Empresa.cl", PASSWORD)
    (person,) = queries.people(session)
    assert (person.email, person.name, person.role, person.active) == (EMAIL, "Ana Rojas", Role.ADMIN, True)
    assert service.ensure_setup_link(session) is None
    assert service.sign_in(session, EMAIL, PASSWORD).token


def test_a_link_works_once(session: Session) -> None:
    token = token_of(service.ensure_setup_link(session))
    service.complete_setup(session, token, "Ana", EMAIL, PASSWORD)
    with pytest.raises(LinkUnusable):
        service.complete_setup(session, token, "Eve", "eve@empresa.cl", PASSWORD)


def test_a_link_expires(session: Session) -> None:
    with clock.frozen(NOW):
        token = token_of(service.ensure_setup_link(session))
    with clock.frozen(NOW + timedelta(days=3)):
        assert queries.link(session, token) is None
        with pytest.raises(LinkUnusable):
            service.complete_setup(session, token, "Ana", EMAIL, PASSWORD)


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_forged_link_is_refused(session: Session, token: str) -> None:
    with pytest.raises(LinkUnusable):
        service.complete_setup(session, token, "Ana", EMAIL, PASSWORD)


def test_a_new_start_replaces_the_printed_link(session: Session) -> None:
    first, second = (token_of(service.ensure_setup_link(session)) for _ in range(2))
    assert queries.link(session, first) is None
    assert queries.link(session, second) is not None


def test_the_link_survives_bad_input(session: Session) -> None:
    token = token_of(service.ensure_setup_link(session))
    session.commit()
    for email, password, error in [("ana", PASSWORD, InvalidEmail), (EMAIL, "short", WeakPassword)]:
        with pytest.raises(error):
            service.complete_setup(session, token, "Ana", email, password)
        session.rollback()
    assert not session.exec(select(User)).all()
    assert service.complete_setup(session, token, "Ana", EMAIL, PASSWORD)


def test_the_demo_companys_admin_does_not_stand_in_for_the_real_one(session: Session) -> None:
    service.create_demo_logins(session)
    assert service.ensure_setup_link(session)


def test_an_invited_person_chooses_a_password_but_neither_role_nor_email(session: Session) -> None:
    token = token_of(service.invite(session, "bo@empresa.cl", "Bo", Role.SALES, EMAIL))
    link = queries.link(session, token)
    assert link is not None and (link.email, link.role) == ("bo@empresa.cl", Role.SALES)
    assert service.sign_in(session, "bo@empresa.cl", PASSWORD).error
    service.complete_setup(session, token, "Bo Díaz", "ana@empresa.cl", PASSWORD)
    (person,) = queries.people(session)
    assert (person.email, person.name, person.role) == ("bo@empresa.cl", "Bo Díaz", Role.SALES)


def test_nobody_is_invited_twice(session: Session) -> None:
    add(session)
    with pytest.raises(EmailTaken):
        service.invite(session, "ANA@empresa.cl", "Ana", Role.SALES, "test")


def test_a_reset_link_lifts_the_lock_and_ends_open_sessions(session: Session) -> None:
    user_id = add(session)
    service.sign_in(session, EMAIL, PASSWORD)
    for _ in range(5):
        service.sign_in(session, EMAIL, "wrong password")
    assert queries.people(session)[0].locked_until
    token = token_of(service.reset_link(session, user_id, "bo@empresa.cl"))
    service.complete_setup(session, token, "Ana", "", "a new horse 77")
    assert service.sign_in(session, EMAIL, "a new horse 77").token
    assert service.sign_in(session, EMAIL, PASSWORD).error
    assert queries.people(session)[0].sessions == 2


def test_a_new_reset_link_replaces_the_earlier_one(session: Session) -> None:
    user_id = add(session)
    first = token_of(service.reset_link(session, user_id, "test"))
    second = token_of(service.reset_link(session, user_id, "test"))
    assert queries.link(session, first) is None and queries.link(session, second)


def test_a_deactivated_persons_links_die_and_a_later_one_does_not_let_them_in(session: Session) -> None:
    add(session)
    user_id = add(session, "bo@empresa.cl", Role.SALES)
    early = token_of(service.reset_link(session, user_id, "test"))
    service.set_active(session, user_id, False, EMAIL)
    assert queries.link(session, early) is None
    late = token_of(service.reset_link(session, user_id, "test"))
    with pytest.raises(AccountInactive):
        service.complete_setup(session, late, "Bo", "", PASSWORD)


def test_the_last_admin_stays(session: Session) -> None:
    user_id = add(session)
    add(session, "bo@empresa.cl", Role.SALES)
    service.invite(session, "new@empresa.cl", "New", Role.ADMIN, EMAIL)
    service.create_demo_logins(session)
    with pytest.raises(LastAdmin):
        service.set_role(session, user_id, Role.SALES, EMAIL)
    with pytest.raises(LastAdmin):
        service.set_active(session, user_id, False, EMAIL)
    add(session, "second@empresa.cl", Role.ADMIN)
    service.set_role(session, user_id, Role.SALES, EMAIL)


def test_an_invited_admin_who_never_came_can_be_removed(session: Session) -> None:
    add(session)
    service.invite(session, "new@empresa.cl", "New", Role.ADMIN, EMAIL)
    invited = queries.user_by_email(session, "new@empresa.cl")
    assert invited is not None
    service.set_active(session, invited.id or 0, False, EMAIL)


def test_unknown_people_are_named(session: Session) -> None:
    with pytest.raises(UnknownUser):
        service.set_role(session, 999, Role.SALES, EMAIL)


def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(session: Session) -> None:
    user_id = add(session)
    kept = service.sign_in(session, EMAIL, PASSWORD).token
    service.sign_in(session, EMAIL, PASSWORD)
    with pytest.raises(WrongCredentials):
        service.change_password(session, user_id, "wrong password", "a new horse 77")
    with pytest.raises(WeakPassword):
        service.change_password(session, user_id, PASSWORD, "short")
    service.change_password(session, user_id, PASSWORD, "a new horse 77", keep_token=kept)
    assert len(session.exec(select(UserSession)).all()) == 1


def test_people_are_found_by_part_of_name_email_or_role(session: Session) -> None:
    add(session)
    add(session, "bo@empresa.cl", Role.TECHNICIAN)
    assert [person.email for person in queries.people(session, "TECH")] == ["bo@empresa.cl"]
    assert [person.email for person in queries.people(session, "ana adm")] == [EMAIL]
    assert queries.people(session, "%") == [] and queries.people_count(session, "EMPRESA") == 2
    assert [person.role for person in queries.people(session, sort="role", descending=True, limit=1)] == ["technician"]


def test_demo_logins_work_are_made_anew_and_go_without_a_trace(session: Session) -> None:
    add(session)
    before = {email: password for email, password, _ in service.create_demo_logins(session)}
    logins = service.create_demo_logins(session)
    assert {role for _, _, role in logins} == set(Role)
    email, password, _role = logins[1]
    assert before[email] != password and service.sign_in(session, email, before[email]).error
    assert service.sign_in(session, email, password).token
    service.reset_link(session, queries.user_by_email(session, email).id or 0, EMAIL)  # pyright: ignore
    assert service.remove_demo_logins(session) == len(Role)
    assert [person.email for person in queries.people(session)] == [EMAIL]
    assert not session.exec(select(UserSession)).all() and not session.exec(select(SetupLink)).all()
