"""What moto does for us, and what it only says it does: the services beside S3, Glue and Athena.

Belongs here: which services and operations are passed on to moto, and what becomes of them.
Does not belong here: moto itself (`backends`), what survives a restart (`durable`), HTTP
(`gateway`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lakehouse.local_aws.dispatch import Status
from lakehouse.local_aws.errors import AwsError


@dataclass(frozen=True)
class MotoService:
    """A service of moto, and the operations that are not what moto makes of them."""

    name: str
    note: str
    stored: frozenset[str] = frozenset()
    """Kept and given back, without an effect."""
    refused: frozenset[str] = frozenset()
    """Answered by moto with words only, or by ignoring what it does not know."""
    all_stored: bool = False

    def status(self, operation: str, implemented: Iterable[str]) -> Status:
        """What becomes of an operation; `implemented` are those that moto has."""
        if operation in self.refused or operation not in implemented:
            return "refused"
        return "stored" if self.all_stored or operation in self.stored else "executed"


_SQS = MotoService(
    "SQS",
    "Queues and their messages survive a restart.",
    stored=frozenset({"AddPermission", "RemovePermission"}),
)
_LOGS = MotoService(
    "CloudWatch Logs",
    "Groups and events survive a restart. Of the patterns of FilterLogEvents, words and one quoted "
    "phrase are understood, others are refused.",
    stored=frozenset(
        """CreateDelivery DeleteDelivery DeleteDeliveryDestination DeleteDeliveryDestinationPolicy
        DeleteDeliverySource DeleteDestination DeleteMetricFilter DeleteResourcePolicy
        DeleteRetentionPolicy DescribeDeliveries DescribeDeliveryDestinations
        DescribeDeliverySources DescribeDestinations DescribeMetricFilters DescribeResourcePolicies
        GetDelivery GetDeliveryDestination GetDeliveryDestinationPolicy GetDeliverySource
        PutDeliveryDestination PutDeliveryDestinationPolicy PutDeliverySource PutDestination
        PutDestinationPolicy PutMetricFilter PutResourcePolicy PutRetentionPolicy""".split()  # noqa: SIM905
    ),
    refused=frozenset(
        """CancelExportTask CreateExportTask DeleteSubscriptionFilter DescribeExportTasks
        DescribeQueries GetQueryResults PutSubscriptionFilter StartLiveTail StartQuery""".split()  # noqa: SIM905
    ),
)
_IAM = MotoService(
    "IAM",
    "Users, roles and policies survive a restart; nobody is refused by a policy.",
    all_stored=True,
)
_STS = MotoService("STS", "Credentials are made up; signatures are not checked.")

MOTO_SERVICES: Mapping[str, MotoService] = {
    "sqs": _SQS,
    "logs": _LOGS,
    "iam": _IAM,
    "sts": _STS,
}
"""By signing name, which is botocore's name, too."""

COMPANIONS: Mapping[str, str] = {
    "dynamodb": "DynamoDB",
    "kinesis": "Kinesis",
    "kms": "KMS",
    "monitoring": "CloudWatch metrics",
    "secretsmanager": "Secrets Manager",
    "sns": "SNS",
    "ssm": "Systems Manager parameters",
}
"""Signing names of what moto answers, in memory, without being part of the product: services that
keep and give back data. Those that would claim to have run something are refused."""

_KNOWN_PATTERN = re.compile(r'\s*|"[^"]*"|[A-Za-z]\w*( \w+)*')


def refuse_log_pattern(request: Mapping[str, Any]) -> None:
    """Refuse a FilterLogEvents request with a pattern that moto would take for no pattern.

    Raises InvalidParameterException.
    """
    pattern = request.get("filterPattern") or ""
    if not _KNOWN_PATTERN.fullmatch(pattern):
        message = (
            f"The filter pattern {pattern} is not supported by the local AWS: only words, all of "
            "which must occur, and one quoted phrase"
        )
        raise AwsError("InvalidParameterException", message)
