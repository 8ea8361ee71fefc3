"""The page of Glue's Python API is up to date."""

from pathlib import Path

from lakehouse.local_aws import awsglue_page

PAGE = Path(awsglue_page.__file__).parents[2] / "docs" / "awsglue.md"


def test_the_committed_page_is_the_generated_one() -> None:
    assert PAGE.read_text() == awsglue_page.awsglue_page()


def test_the_page_says_what_is_refused() -> None:
    found = {area.title: area.names for area in awsglue_page.areas()}
    assert found["awsglue.transforms"]["FindMatches"] == "refused"
    assert found["awsglue.context.GlueContext"]["extract_jdbc_conf"] == "refused"
    assert found["awsglue.dynamicframe.DynamicFrame"]["relationalize"] == "executed"
    assert set(found["awsglue.dynamicframe.DynamicFrame"].values()) == {"executed"}
    assert found["Formats for reading"]["xml"] == "refused"
    assert found["Formats for reading"]["glueparquet"] == "refused"
