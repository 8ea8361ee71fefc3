"""XML documents that clients send: reading them.

Belongs here: parsing, names without namespaces, the error for what is none.
Does not belong here: writing XML (`response`), what a document means.
"""

from xml.etree import ElementTree

from lakehouse.local_aws.errors import AwsError


def parsed_xml(document: bytes) -> ElementTree.Element:
    """The root of an XML document; MalformedXML."""
    try:
        return ElementTree.fromstring(document)  # noqa: S314 - see the import
    except ElementTree.ParseError as error:
        raise malformed_xml() from error


def children(entry: ElementTree.Element) -> dict[str, str]:
    """The texts of an element's children by name."""
    return {local_name(child.tag): child.text or "" for child in entry}


def local_name(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


def malformed_xml() -> AwsError:
    """The error for a document that S3 cannot read."""
    message = (
        "The XML you provided was not well-formed or did not validate against our published schema"
    )
    return AwsError("MalformedXML", message)
