"""Pools of made-up people and machines, by Faker, made once per seed.

Here: lists of values to draw from. Not here: how often each is drawn, or rows.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faker import Faker

BOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
)


@dataclass(frozen=True)
class Site:
    """What a public web site sees: pages, pages that link to it, visitors' names and programs."""

    pages: tuple[str, ...]
    referrers: tuple[str, ...]
    user_names: tuple[str, ...]
    user_agents: tuple[str, ...]


@cache
def client_ips(seed: int, size: int) -> tuple[str, ...]:
    """Public IPv4 addresses, each once, in no order."""
    fake = _faker(seed)
    return tuple(dict.fromkeys(fake.ipv4_public() for _ in range(size)))


@cache
def site(seed: int) -> Site:
    """The site of a seed; no value holds a quote or a space that the log format would trip on."""
    fake = _faker(seed)
    pages = (f"/{fake.uri_path()}/{fake.file_name(category=kind)}" for kind in _FILE_KINDS * 50)
    return Site(
        pages=("/", "/robots.txt", "/favicon.ico", *dict.fromkeys(pages)),
        referrers=tuple(fake.url() + fake.uri_path() for _ in range(200)),
        user_names=tuple(fake.user_name() for _ in range(20)),
        user_agents=(*BOTS, *(fake.user_agent() for _ in range(150))),
    )


_FILE_KINDS = ("image", "text", "office", "video")


def _faker(seed: int) -> "Faker":
    # Imported here: Faker takes a quarter of a second to load, and only generating needs it.
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(seed)
    return fake
