"""What belongs to others: their pictures, and their browsers."""

from __future__ import annotations

from bench.attack.client import Client, attack
from bench.attack.files import noise

_FOREIGN = "http://another.example"


@attack("uploads the picture that another has, and deletes it")
async def the_same_picture(client: Client) -> None:
    owner, picture = client.another(), noise(64, 64)
    first = await owner.upload(picture)
    second = await client.upload(picture)
    if 200 in (int(status) for status in client.statuses if status.isdigit()):
        client.broken.append("the answer tells that another has the picture")
    if first.get("id") == second.get("id"):
        client.broken.append("the id tells that another has the picture")
    token = {"X-Owner-Token": str(second.get("owner_token"))}
    for stored in (first, second):
        await client.ask("DELETE", f"/api/v1/pictures/{stored.get('id')}", headers=token)
    if (await owner.get(f"/pictures/{first.get('id')}.png")).status != 200:
        client.broken.append("a stranger deleted another's picture")


@attack("a web page posts pictures blindly; a name that was rebound to this server is asked for")
async def foreign_pages(client: Client) -> None:
    picture = noise(64, 64)
    for headers in ({"Origin": _FOREIGN}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        if await _accepted(client, picture, headers):
            client.broken.append(f"a picture was accepted with {next(iter(headers.items()))}")
    rebound = {"Host": f"another.example:{client.port}"}
    if await _accepted(client, picture, rebound | {"Origin": f"http://another.example:{client.port}"}):
        client.broken.append("a picture was accepted for a foreign Host")
    if (await client.get("/samples", **rebound)).status == 200:
        client.broken.append("a foreign Host was answered")
    if not await _accepted(client, picture, {}):
        client.broken.append("a program without Origin was refused")
    own = {"Origin": f"http://127.0.0.1:{client.port}", "Sec-Fetch-Site": "same-origin"}
    if not await _accepted(client, picture, own):
        client.broken.append("the server's own page was refused")


async def _accepted(client: Client, picture: bytes, headers: dict[str, str]) -> bool:
    answer = await client.ask("POST", "/api/v1/pictures", picture, {"Content-Type": "image/bmp"} | headers)
    return answer.status in {200, 201}


@attack("frames /docs and /redoc, and would run a script in them")
async def framed_documentation(client: Client) -> None:
    for path in ("/docs", "/redoc"):
        policy = (await client.ask("GET", path)).headers.get("content-security-policy", "")
        directives = {one.split()[0]: one.split()[1:] for one in policy.split(";") if one.strip()}
        if "'unsafe-inline'" in directives.get("script-src", ["'unsafe-inline'"]):
            client.broken.append(f"{path} permits any inline script")
        if directives.get("frame-ancestors") != ["'none'"]:
            client.broken.append(f"{path} may be framed")
