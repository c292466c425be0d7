"""Save versions, choose which one answers, and go back."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import update
from sqlmodel import Session, col, select

from ml import artifact, parity
from ml_insights.core import audit, clock
from ml_insights.core.errors import NotFound
from ml_insights.core.i18n import Message
from ml_insights.registry import queries
from ml_insights.registry.errors import NoFallback, NoReason, NotPromotable, NotSaved
from ml_insights.registry.facts import Lineage, VersionFact
from ml_insights.registry.queries import version_fact
from ml_insights.registry.service.files import model_folder, remove_after_commit, write_atomically
from ml_insights.registry.service.incidents import resolve_unless_champion
from ml_insights.registry.tables import Act, ModelStatus, ModelVersion, Promotion

KEPT = 5
"""The newest versions, whose files stay on disk; those in use stay however old they are."""
IN_USE = (ModelStatus.CHAMPION, ModelStatus.CHALLENGER, ModelStatus.FALLBACK)

Reason = Message | str
"""Why, as a message that is read in any language, or in a person's own words."""
ParityOf = parity.Parity | Mapping[str, parity.Parity] | None


def next_version(session: Session, name: str, dataset: str = "") -> str:
    """The version that comes next: "1", "2" …"""
    query = select(ModelVersion.version).where(ModelVersion.name == name, ModelVersion.dataset == dataset)
    return str(max((int(one) for one in session.exec(query)), default=0) + 1)


def save(
    session: Session,
    manifest: artifact.Manifest,
    files: Mapping[str, bytes],
    dataset: str = "",
    parity: ParityOf = None,
    lineage: Lineage | None = None,
) -> VersionFact:
    """Store a version as a candidate: its row in the caller's transaction and its files, whole or not at all.

    Every ONNX file needs a Parity: one alone, or by file name. Raises BadArtifact (NotTheSame) where a file answers
    unlike the trained model, before anything is written, and NotSaved where the disk refuses.
    """
    _check_parity(files, parity)
    relative = Path(dataset or "shared") / manifest.name / manifest.version
    row = _candidate(manifest, dataset, relative.as_posix(), lineage or Lineage())
    session.add(row)
    session.flush()  # before the files: of two that save the same version, the second must not touch the first's
    try:
        row.digest = write_atomically(model_folder() / relative, manifest, files)
    except BaseException as error:
        session.delete(row)
        session.flush()
        if isinstance(error, OSError):
            raise NotSaved(name=manifest.name, reason=error.strerror or str(error)) from error
        raise
    session.flush()
    return version_fact(row)


def _candidate(manifest: artifact.Manifest, dataset: str, path: str, lineage: Lineage) -> ModelVersion:
    return ModelVersion(
        name=manifest.name,
        dataset=dataset,
        version=manifest.version,
        type=manifest.kind,
        path=path,
        digest="",
        metrics=manifest.metrics,
        training_start=manifest.training_window[0],
        training_end=manifest.training_window[1],
        feature_schema=manifest.feature_schema,
        libraries=manifest.libraries,
        trained_at=clock.now(),
        **asdict(lineage),
    )


def _check_parity(files: Mapping[str, bytes], given: ParityOf) -> None:
    models = [name for name in files if name.endswith(".onnx")]
    by_name = {models[0]: given} if isinstance(given, parity.Parity) and len(models) == 1 else given
    for name in models:
        if not isinstance(by_name, Mapping) or name not in by_name:
            raise artifact.BadArtifact(f"{name} was not compared with the trained model: give its Parity")
        parity.check(name, files[name], by_name[name])


def promote(session: Session, version_id: int, by: str, reason: Reason) -> VersionFact:
    """Make a version the champion; the one before becomes the fallback and older fallbacks retire.

    Raises NotFound, NoReason, and NotPromotable where its files cannot be loaded.
    """
    chosen = _locked(session, version_id)
    former = _champion(session, chosen)
    if former is chosen:
        return version_fact(chosen)
    _check_usable(chosen, reason)
    _retire(session, chosen, ModelStatus.FALLBACK)
    if former:
        former.status = ModelStatus.FALLBACK
    return _enthrone(session, chosen, former, Act.PROMOTE, by, reason)


def rollback(session: Session, name: str, dataset: str, by: str, reason: Reason) -> VersionFact:
    """Make the fallback the champion again and retire the champion; what the fallback once replaced is the next one.

    Raises NoFallback where there is none, NoReason, and NotPromotable.
    """
    query = select(ModelVersion.id).where(
        ModelVersion.name == name, ModelVersion.dataset == dataset, ModelVersion.status == ModelStatus.FALLBACK
    )
    _lock(session, name, dataset)
    fallback_id = session.exec(query).first()
    if fallback_id is None:
        raise NoFallback(name=name)
    chosen = _locked(session, fallback_id)
    former = _champion(session, chosen)
    _check_usable(chosen, reason)
    if former:
        former.status = ModelStatus.RETIRED
    fact = _enthrone(session, chosen, former, Act.ROLLBACK, by, reason)
    _restore_fallback(session, chosen, former)
    return fact


def challenge(session: Session, version_id: int) -> VersionFact:
    """Let a candidate contend with the champion; a challenger before it retires. Raises NotFound, NotPromotable."""
    chosen = _locked(session, version_id)
    if chosen.status != ModelStatus.CANDIDATE:
        raise NotPromotable(name=chosen.name, version=chosen.version, reason=f"it is {chosen.status}, not a candidate")
    _retire(session, chosen, ModelStatus.CHALLENGER)
    chosen.status = ModelStatus.CHALLENGER
    session.flush()
    return version_fact(chosen)


def retire(session: Session, version_id: int, reason: Reason) -> VersionFact:
    """Note that a candidate or challenger was refused, and why; others stay as they are. Raises NotFound."""
    chosen = _locked(session, version_id)
    if chosen.status in (ModelStatus.CANDIDATE, ModelStatus.CHALLENGER):
        chosen.status = ModelStatus.RETIRED
        _give_reason(chosen, reason)
        session.flush()
    return version_fact(chosen)


def withdraw(session: Session, dataset: str, spoilt: Callable[[str], bool], by: str, reason: Reason) -> int:
    """Take out of use the versions whose data version is `spoilt`: they never answer again. Returns how many.

    A fallback that is not spoilt becomes the champion again; where there is none, the model waits for its next version.
    """
    names = session.exec(select(ModelVersion.name).where(ModelVersion.dataset == dataset).distinct()).all()
    return sum(_withdraw(session, name, dataset, spoilt, by, reason) for name in sorted(names))


def _withdraw(session: Session, name: str, dataset: str, spoilt: Callable[[str], bool], by: str, reason: Reason) -> int:
    _lock(session, name, dataset)
    rows = [row for row in _versions(session, name, dataset) if row.status != ModelStatus.WITHDRAWN]
    bad = [row for row in rows if spoilt(row.data_version)]
    sound = [row for row in rows if row.status == ModelStatus.FALLBACK and row not in bad]
    if sound and any(row.status == ModelStatus.CHAMPION for row in bad):
        with suppress(NotPromotable):
            rollback(session, name, dataset, by, reason)
    for row in bad:
        row.status = ModelStatus.WITHDRAWN
        _give_reason(row, reason)
    session.flush()
    return len(bad)


def set_report(session: Session, version_id: int, report: str) -> None:
    """Note where the report of a version's training is, which is written after it. Raises NotFound."""
    _locked(session, version_id).report = report
    session.flush()


def hold_champion(session: Session, name: str, dataset: str = "") -> VersionFact | None:
    """The version that answers, which nobody else can change until this transaction ends."""
    _lock(session, name, dataset)
    rows = _versions(session, name, dataset)
    return next((version_fact(row) for row in rows if row.status == ModelStatus.CHAMPION), None)


def remove_old_files(session: Session, name: str, dataset: str = "") -> int:
    """Delete, on commit, the files of old versions that nothing falls back on; their rows stay. Returns how many."""
    _lock(session, name, dataset)
    old = [row for row in _versions(session, name, dataset)[KEPT:] if row.status not in IN_USE]
    paths = [row.path for row in old if (model_folder() / row.path).is_dir()]
    remove_after_commit(session, paths)
    return len(paths)


def _check_usable(chosen: ModelVersion, reason: Reason) -> None:
    """Before anything is changed, so that whoever catches the error may commit."""
    if not _message(reason).template.strip():
        raise NoReason
    if chosen.status == ModelStatus.WITHDRAWN:
        raise NotPromotable(name=chosen.name, version=chosen.version, reason=version_fact(chosen).why.in_each())
    try:
        artifact.read(model_folder() / chosen.path, chosen.digest)
    except artifact.BadArtifact as error:
        raise NotPromotable(name=chosen.name, version=chosen.version, reason=str(error)) from error


def _enthrone(
    session: Session, chosen: ModelVersion, former: ModelVersion | None, act: Act, by: str, reason: Reason
) -> VersionFact:
    session.flush()  # the former steps down first: two champions are refused by the database
    now = clock.now()
    chosen.status, chosen.deployed_at = ModelStatus.CHAMPION, now
    chosen.promoted_by = by
    _give_reason(chosen, reason)
    session.add(
        Promotion(
            name=chosen.name,
            dataset=chosen.dataset,
            act=act,
            from_version=former.version if former else None,
            to_version=chosen.version,
            by=by,
            reason=chosen.reason,
            reason_values=chosen.reason_values,
            at=now,
        )
    )
    session.flush()
    resolve_unless_champion(session, chosen.name, chosen.dataset)
    audit.record(session, by, f"model.{act}", chosen.name, version=chosen.version, dataset=chosen.dataset)
    return version_fact(chosen)


def _give_reason(row: ModelVersion, reason: Reason) -> None:
    message = _message(reason)
    row.reason, row.reason_values = message.template, dict(message.values)


def _message(reason: Reason) -> Message:
    return reason if isinstance(reason, Message) else Message(reason)


def _restore_fallback(session: Session, champion: ModelVersion, rolled_back: ModelVersion | None) -> None:
    """Fall back on what `champion` replaced when it was promoted, if that is still there."""
    earlier = queries.replaced_by(session, champion.name, champion.dataset, champion.version)
    for row in _versions(session, champion.name, champion.dataset):
        if row.version == earlier and row is not rolled_back and (model_folder() / row.path).is_dir():
            row.status = ModelStatus.FALLBACK
    session.flush()


def _retire(session: Session, chosen: ModelVersion, status: ModelStatus) -> None:
    for row in _versions(session, chosen.name, chosen.dataset):
        if row.status == status and row is not chosen:
            row.status = ModelStatus.RETIRED


def _champion(session: Session, like: ModelVersion) -> ModelVersion | None:
    rows = _versions(session, like.name, like.dataset)
    return next((row for row in rows if row.status == ModelStatus.CHAMPION), None)


def _locked(session: Session, version_id: int) -> ModelVersion:
    """The version as it is once nobody else can change which one answers."""
    row = session.get(ModelVersion, version_id)
    if row is None:
        raise NotFound(kind="model version", name=version_id)
    _lock(session, row.name, row.dataset)
    session.refresh(row)
    return row


def _lock(session: Session, name: str, dataset: str) -> None:
    """Make others that choose a champion of this model wait: row locks on PostgreSQL, the write lock on SQLite."""
    of_model = (col(ModelVersion.name) == name, col(ModelVersion.dataset) == dataset)
    session.connection().execute(update(ModelVersion).where(*of_model).values(status=col(ModelVersion.status)))


def _versions(session: Session, name: str, dataset: str) -> list[ModelVersion]:
    query = select(ModelVersion).where(ModelVersion.name == name, ModelVersion.dataset == dataset)
    return list(session.exec(query.order_by(col(ModelVersion.id).desc()).execution_options(populate_existing=True)))
