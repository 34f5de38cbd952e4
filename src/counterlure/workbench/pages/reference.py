"""The interface for programs, described from its own OpenAPI document, without a script from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from counterlure.workbench.access import signed_in
from counterlure.workbench.api import ROOMS
from counterlure.workbench.html import page
from counterlure.workbench.roles import GRANTS, May

router = APIRouter(include_in_schema=False)


class Route(NamedTuple):
    """One route: what it does, what it takes, and whose role grants it."""

    method: str
    path: str
    summary: str
    parameters: list[str]
    body: str | None
    roles: list[str]


@router.get("/interface")
def reference(request: Request) -> HTMLResponse:
    """Every route of the interface."""
    signed_in(request)
    return page(request, "reference.html.j2", routes=list(_routes(request.app.openapi())))


def needs(route: APIRoute) -> May | None:
    """What a route requires, or None where it takes no seat."""
    for dependency in route.dependant.dependencies:
        need: May | None = getattr(dependency.call, "need", None)
        if need is not None:
            return need
    return None


def _routes(document: dict[str, Any]) -> Iterator[Route]:
    # From the rooms: the application keeps what it includes behind objects that are not the framework's promise.
    told = [route for room in ROOMS for route in room.router.routes if isinstance(route, APIRoute)]
    wanted = {(method, route.path): needs(route) for route in told for method in route.methods or ()}
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            need = wanted.get((method.upper(), path))
            body = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            yield Route(
                method.upper(), path, described.get("description", ""),
                [parameter["name"] for parameter in described.get("parameters", [])],
                body.get("$ref", "").rpartition("/")[2] or None,
                [role.value for role, grants in GRANTS.items() if need in grants],
            )  # fmt: skip
