"""The API's documentation page. Swagger UI is served from the installed package: nothing is fetched from elsewhere."""

from importlib import resources

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import FileResponse, Response

DOCS = "/api/docs"
FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}


def add_docs(api: FastAPI) -> None:
    """Serve the page at /api/docs and its parts below it."""
    page = get_swagger_ui_html(
        openapi_url=api.openapi_url or "",
        title=f"{api.title} · API",
        swagger_js_url=f"{DOCS}/swagger-ui-bundle.js",
        swagger_css_url=f"{DOCS}/swagger-ui.css",
        swagger_favicon_url=f"{DOCS}/favicon-32x32.png",
        swagger_ui_parameters={"filter": True, "displayRequestDuration": True, "validatorUrl": None},
    )

    async def show(_request: Request) -> Response:
        return page

    api.add_route(DOCS, show, include_in_schema=False)
    for name in FILES:
        api.add_route(f"{DOCS}/{name}", _file, include_in_schema=False)


async def _file(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    path = resources.files("fastapi_swagger") / "resources" / name
    return FileResponse(str(path), media_type=FILES[name], headers={"Cache-Control": "public, max-age=86400"})
