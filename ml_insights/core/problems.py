"""Every error of the API as application/problem+json (RFC 9457), in the language that Accept-Language asks for."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import language_from
from ml_insights.core.settings import settings

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class InvalidRequest(ProductError):
    """The request cannot be used: {fields}. Correct it as `errors` says and send it again."""

    status, code = 422, "invalid-request"


class NoSuchRoute(ProductError):
    """The API has no {path}. Its documentation is at /api/docs."""

    status, code = 404, "no-such-route"


class WrongMethod(ProductError):
    """{path} does not answer {method}. Its documentation is at /api/docs."""

    status, code = 405, "wrong-method"


class Unexpected(ProductError):
    """Something went wrong on our side. Nothing was changed; try again, and tell an admin if it stays: the log has the
    details."""

    status, code = 500, "unexpected"


def language_of(connection: HTTPConnection) -> str:
    """The language in which this caller reads errors."""
    return language_from(connection.headers.get("accept-language", ""), settings().language)


def problem_response(
    error: ProductError, connection: HTTPConnection, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """`error` as a response; 401 says how to identify oneself."""
    content = error.problem(language_of(connection)) | {"instance": connection.url.path} | more
    extra = dict(headers or {}) | ({"WWW-Authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else {})
    return Response(json.dumps(content, ensure_ascii=False), error.status, extra, MEDIA_TYPE)


def add_problems(api: FastAPI) -> None:
    """Render every kind of error of `api` as a problem."""
    api.add_exception_handler(ProductError, _product_error)
    api.add_exception_handler(RequestValidationError, _invalid_request)
    api.add_exception_handler(HTTPException, _http_exception)
    api.add_exception_handler(Exception, _unexpected)


async def _product_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProductError)  # noqa: S101  Starlette hands over what was registered
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("%s %s: %s", request.method, request.url.path, error, exc_info=error)
    return problem_response(error, request)


async def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    faults = [{"field": _field(fault["loc"]), "reason": fault["msg"]} for fault in error.errors()]
    fields = ", ".join(dict.fromkeys(fault["field"] for fault in faults))
    return problem_response(InvalidRequest(fields=fields), request, errors=faults)


def _field(location: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in location[1:]) or str(location[0])


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    content = {
        "type": "about:blank",
        "title": HTTPStatus(error.status_code).phrase,
        "status": error.status_code,
        "detail": error.detail,
        "instance": request.url.path,
    }
    return Response(json.dumps(content), error.status_code, error.headers, MEDIA_TYPE)


async def _unexpected(request: Request, error: Exception) -> Response:
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem_response(Unexpected(), request)
