"""The buckets: encrypted, closed to the public, reached over TLS only, with their lifecycles.

Which buckets there are and what each keeps how long is said in `bucket_lifecycle`. Objects are
never touched, except by a removal that was told to delete the data.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from lakehouse.aws.account import Account
from lakehouse.aws.deployment.resource import STACK_PARTITION, Resource, Settings, logical_id
from lakehouse.aws.errors import translated
from lakehouse.aws.s3 import S3

RESULT_DAYS = 30  # Athena's result files are copies of what can be asked again
UNFINISHED_DAYS = 7  # parts of uploads that nobody completed
PUBLIC_ACCESS = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
ENCRYPTION = {"SSEAlgorithm": "AES256"}
_ABSENT = {
    "NoSuchPublicAccessBlockConfiguration",
    "ServerSideEncryptionConfigurationNotFoundError",
    "NoSuchBucketPolicy",
    "NoSuchLifecycleConfiguration",
}


def tls_only(bucket: str, partition: str) -> dict[str, Any]:
    """A bucket policy that refuses plain HTTP."""
    arn = f"arn:{partition}:s3:::{bucket}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }


def bucket_lifecycle(account: Account, bucket: str) -> list[dict[str, Any]]:
    """Unfinished uploads go everywhere, query results after a month; tables only by vacuum.

    No rule can remove old runs of a table: how old a file is does not say whether it is in use.
    """
    rules: list[dict[str, Any]] = [
        {
            "ID": "unfinished-uploads",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UNFINISHED_DAYS},
        }
    ]
    if bucket == account.athena_bucket:
        rules.append(
            {
                "ID": "query-results",
                "Status": "Enabled",
                "Filter": {"Prefix": "results/"},
                "Expiration": {"Days": RESULT_DAYS},
            }
        )
    return rules


@dataclass(frozen=True)
class Bucket(Resource):
    """One of the platform's buckets."""

    account: Account
    name: str
    client: Any
    kind = "bucket"

    def wanted(self) -> Settings:
        """Its four settings."""
        return {
            "public access block": PUBLIC_ACCESS,
            "encryption": ENCRYPTION,
            "policy": tls_only(self.name, self.client.meta.partition),
            "lifecycle": bucket_lifecycle(self.account, self.name),
        }

    def present(self) -> Settings | None:
        """Its settings as S3 tells them; one that was never made is None."""
        if not S3(self.client).bucket_exists(self.name):
            return None
        return {name: self._setting(read) for name, read in _READERS.items()}

    def create(self) -> None:
        """Make the bucket in the client's region, with all settings."""
        region = self.client.meta.region_name
        place = {} if region == "us-east-1" else {"LocationConstraint": region}
        with translated(f"create bucket {self.name}"):
            self.client.create_bucket(
                Bucket=self.name, **({"CreateBucketConfiguration": place} if place else {})
            )
        self.update(tuple(self.wanted()))

    def update(self, differences: tuple[str, ...]) -> None:
        """Write the settings that differ."""
        wanted = self.wanted()
        for setting in differences:
            with translated(f"set {setting} of bucket {self.name}"):
                _WRITERS[setting](self.client, self.name, wanted[setting])

    def delete(self) -> None:
        """Delete the objects, then the bucket."""
        objects = S3(self.client)
        objects.delete(self.name, (item.key for item in objects.objects(self.name, "")))
        with translated(f"delete bucket {self.name}"):
            self.client.delete_bucket(Bucket=self.name)

    def template(self) -> Mapping[str, Any]:
        """A bucket and its policy; a stack that is deleted leaves the bucket."""
        own = logical_id(self.name, "bucket")
        rules = [_template_rule(rule) for rule in bucket_lifecycle(self.account, self.name)]
        return {
            own: {
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": "Retain",
                "UpdateReplacePolicy": "Retain",
                "Properties": {
                    "BucketName": self.name,
                    "PublicAccessBlockConfiguration": PUBLIC_ACCESS,
                    "BucketEncryption": {
                        "ServerSideEncryptionConfiguration": [
                            {"ServerSideEncryptionByDefault": ENCRYPTION}
                        ]
                    },
                    "LifecycleConfiguration": {"Rules": rules},
                },
            },
            f"{own}Policy": {
                "Type": "AWS::S3::BucketPolicy",
                "Properties": {
                    "Bucket": {"Ref": own},
                    "PolicyDocument": tls_only(self.name, STACK_PARTITION),
                },
            },
        }

    def _setting(self, read: Callable[[Any, str], Any]) -> Any:
        with translated(f"look at bucket {self.name}"):
            try:
                return read(self.client, self.name)
            except ClientError as error:
                if error.response["Error"]["Code"] in _ABSENT:
                    return None
                raise


def _template_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    made = {"Id": rule["ID"], "Status": rule["Status"]}
    if prefix := rule["Filter"]["Prefix"]:
        made["Prefix"] = prefix
    if expiration := rule.get("Expiration"):
        made["ExpirationInDays"] = expiration["Days"]
    if abort := rule.get("AbortIncompleteMultipartUpload"):
        made["AbortIncompleteMultipartUpload"] = abort
    return made


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "public access block": lambda s3, bucket: s3.get_public_access_block(Bucket=bucket)[
        "PublicAccessBlockConfiguration"
    ],
    "encryption": lambda s3, bucket: s3.get_bucket_encryption(Bucket=bucket)[
        "ServerSideEncryptionConfiguration"
    ]["Rules"][0]["ApplyServerSideEncryptionByDefault"],
    "policy": lambda s3, bucket: json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]),
    "lifecycle": lambda s3, bucket: s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"],
}
_WRITERS: dict[str, Callable[[Any, str, Any], object]] = {
    "public access block": lambda s3, bucket, wanted: s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration=wanted
    ),
    "encryption": lambda s3, bucket, wanted: s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": wanted}]
        },
    ),
    "policy": lambda s3, bucket, wanted: s3.put_bucket_policy(
        Bucket=bucket, Policy=json.dumps(wanted)
    ),
    "lifecycle": lambda s3, bucket, wanted: s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": wanted}
    ),
}
