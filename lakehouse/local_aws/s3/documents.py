"""XML documents that clients send: reading them.

Belongs here: parsing, names without namespaces.
Does not belong here: writing XML (`response`), what a document means.
"""

from collections.abc import Iterator
from xml.etree import ElementTree

from lakehouse.local_aws.s3.errors import malformed_xml


def parsed_xml(document: bytes, root: str | None = None) -> ElementTree.Element:
    """The root of an XML document, which must be of that name if one is given; MalformedXML."""
    try:
        # expat refuses entities that blow up; external ones are not read
        found = ElementTree.fromstring(document)  # noqa: S314
    except ElementTree.ParseError as error:
        raise malformed_xml() from error
    if root is not None and local_name(found) != root:
        raise malformed_xml()
    return found


def named(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """The children of a name, whatever their namespace."""
    return (child for child in element if local_name(child) == name)


def texts(element: ElementTree.Element) -> dict[str, str]:
    """The texts of an element's children by name."""
    return {local_name(child): child.text or "" for child in element}


def local_name(element: ElementTree.Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]
